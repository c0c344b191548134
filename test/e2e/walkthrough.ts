/** A step of a page that people follow: a GraphQL operation as somebody, an upload, or a call from the command line. */
export type Step =
  | {
      readonly kind: 'graphql';
      readonly role: string;
      readonly document: string;
      readonly until: Until | undefined;
      readonly keeps: readonly Keep[];
    }
  | { readonly kind: 'upload'; readonly file: string; readonly keeps: readonly Keep[] }
  | {
      readonly kind: 'infer';
      readonly model: string;
      readonly asOf: string;
      readonly row: Readonly<Record<string, string | number>>;
    };

/** Ask again until the answer's field has this value. */
export interface Until {
  readonly path: string;
  readonly value: string;
}
/** The word in capitals that stands for a part of the answer. */
export interface Keep {
  readonly name: string;
  readonly path: string;
}

const BLOCK = /```(graphql|sh)([^\n]*)\n([\s\S]*?)```\n(?!`+[a-z])((?:`[A-Z_]+` is `[^\n]*\n)?)/g;

function keepsOf(line: string): readonly Keep[] {
  return [...line.matchAll(/`([A-Z_]+)` is `([\w.]+)`/g)].map(([, name, path]) => ({ name: name!, path: path! }));
}

function shellStep(text: string, keeps: readonly Keep[]): Step {
  const upload = /--data-binary @(\S+)/.exec(text);
  if (upload) return { kind: 'upload', file: upload[1]!, keeps };
  const [, model, asOf, row] = /--model (\S+) --as-of (\S+) --row '([^']+)'/.exec(text) ?? [];
  if (!model || !asOf || !row) throw new Error(`this block is neither an upload nor a call: ${text}`);
  return { kind: 'infer', model, asOf, row: JSON.parse(row) as Record<string, string | number> };
}

/** The steps of a page, in order; headings split it into parts. */
export function stepsOf(markdown: string): readonly Step[] {
  return [...markdown.matchAll(BLOCK)].map(([, language, stated, text, after]) => {
    const keeps = keepsOf(after!);
    if (language === 'sh') return shellStep(text!, keeps);
    const [, role] = /as ([a-z-]+)/.exec(stated!) ?? [];
    const [, path, value] = /until ([\w.]+) is (\w+)/.exec(stated!) ?? [];
    return { kind: 'graphql', role: role!, document: text!, until: path && value ? { path, value } : undefined, keeps };
  });
}

/** What a step is about: two steps of the same operation stand for each other. */
export function operationOf(step: Step): string {
  if (step.kind !== 'graphql') return step.kind;
  return /\{\s*(?:mutation|query)?\s*\{?\s*(\w+)/.exec(step.document.replace(/^\s*(mutation|query)/, ''))![1]!;
}

/** The first page's steps, those of `changes` in place of the first of the same operation. */
export function withChanges(steps: readonly Step[], changes: readonly Step[]): readonly Step[] {
  const byOperation = new Map(changes.map((change) => [operationOf(change), change]));
  return steps.map((step) => {
    const change = byOperation.get(operationOf(step));
    if (!change) return step;
    return change.kind === 'infer' ? change : { ...change, keeps: 'keeps' in step ? step.keeps : [] };
  });
}
