/** How an operation is answered: as one document, or as an event stream. */
export type AnswerType = 'application/graphql-response+json' | 'application/json' | 'text/event-stream';

const EVENTS = 'text/event-stream';
const GRAPH = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';

/** Ranges of an Accept header in their order; what is refused by q=0 is left out. */
function ranges(accept: string): readonly string[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()))
    .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)))
    .map(([type]) => type ?? '');
}

/**
 * Chooses the form of the answer; undefined where none is accepted. An event stream is for who asks for one by its name: a wildcard
 * would otherwise open one that nobody counts and no expiry ends.
 */
export function answerType(accept: string | undefined): AnswerType | undefined {
  const accepted = ranges(accept?.trim() || '*/*');
  if (accepted.includes(EVENTS)) return EVENTS;
  if (accepted.includes(GRAPH)) return GRAPH;
  return accepted.some((range) => range === JSON_TYPE || range === 'application/*' || range === '*/*') ? JSON_TYPE : undefined;
}
