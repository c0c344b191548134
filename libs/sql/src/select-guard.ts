import { Problem } from '#libs/problem';
import { isAllowedTableFunction, judgeFunction } from './allowed-functions.js';

/** What the statement may do. */
export interface SelectRules {
  /** The only tables it may read, besides its own CTEs. */
  readonly tables: readonly string[];
  /** Refuses the clock, chance and unseeded samples. */
  readonly deterministic: boolean;
}

/** What the guard learned about a statement that passed. */
export interface SelectShape {
  readonly ordered: boolean;
}

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** Kinds of table and query nodes that only combine what they are given. SHOW_REF, which reads the catalog, is not one. */
const NODES = new Set(
  `SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST EMPTY PIVOT`.split(
    /\s+/,
  ),
);

/**
 * Judges DuckDB's own syntax tree (`json_serialize_sql`), because a guard that parses SQL differently from the engine guards
 * nothing. It lists what is allowed: an unknown kind of node, table or function is refused.
 *
 * @param serialized the JSON text that DuckDB made of the statement
 * @throws Problem `sql/invalid`, `sql/not-one-select`, `sql/unknown-table`, `sql/not-allowed`
 */
export function guardSelect(serialized: string, rules: SelectRules): SelectShape {
  const tree = JSON.parse(serialized) as JsonObject;
  if (tree['error'] === true) throw refusalOf(tree);
  const statements = tree['statements'] as readonly JsonObject[];
  if (statements.length !== 1) throw notOneSelect(`there are ${statements.length} statements`);
  const node = statements[0]!['node'] as JsonObject;
  new Walk(rules).visit(node, new Set(rules.tables.map((name) => name.toLowerCase())));
  const modifiers = node['modifiers'] as readonly JsonObject[];
  return { ordered: modifiers.some((modifier) => modifier['type'] === 'ORDER_MODIFIER') };
}

function refusalOf(tree: JsonObject): Problem {
  const message = String(tree['error_message']);
  if (tree['error_type'] === 'not implemented') return notOneSelect('the statement is something else');
  const position = Number(tree['position'] ?? 0);
  return new Problem('invalid', 'sql/invalid', message, { position });
}

function notOneSelect(why: string): Problem {
  return new Problem('forbidden', 'sql/not-one-select', `exactly one SELECT can be run: ${why}`);
}

class Walk {
  constructor(private readonly rules: SelectRules) {}

  visit(node: Json, tables: ReadonlySet<string>): void {
    if (Array.isArray(node)) {
      for (const child of node as readonly Json[]) this.visit(child, tables);
    } else if (node !== null && typeof node === 'object') {
      this.visitObject(node as JsonObject, tables);
    }
  }

  private visitObject(node: JsonObject, outer: ReadonlySet<string>): void {
    this.judge(node, outer);
    const tables = this.withCtes(node, outer);
    for (const [key, child] of Object.entries(node)) {
      // Constants hold values, not syntax: a JSON text in a literal must not be taken for a tree.
      if (key === 'cte_map' || (key === 'value' && node['class'] === 'CONSTANT')) continue;
      if (key === 'function' && node['type'] === 'TABLE_FUNCTION') this.visitTableFunction(child as JsonObject, tables);
      else this.visit(child, tables);
    }
  }

  /** A CTE is seen by the ones after it and by the body; a recursive one also by itself. */
  private withCtes(node: JsonObject, outer: ReadonlySet<string>): ReadonlySet<string> {
    const entries = (node['cte_map'] as JsonObject | undefined)?.['map'] as readonly JsonObject[] | undefined;
    const tables = new Set(outer);
    for (const entry of entries ?? []) {
      const name = String(entry['key']).toLowerCase();
      const body = ((entry['value'] as JsonObject)['query'] as JsonObject)['node'] as JsonObject;
      this.visit(body, body['type'] === 'RECURSIVE_CTE_NODE' ? new Set([...tables, name]) : tables);
      tables.add(name);
    }
    return tables;
  }

  private judge(node: JsonObject, tables: ReadonlySet<string>): void {
    const type = node['type'];
    // Expressions have a class and are judged by what they call; what has none and a place in the text is a table or a query.
    const combines = node['modifiers'] !== undefined || (node['class'] === undefined && node['query_location'] !== undefined);
    if (combines && !NODES.has(String(type))) throw notAllowed(`${String(type)} is not`);
    if (type === 'BASE_TABLE') this.judgeTable(node, tables);
    if (typeof node['function_name'] === 'string') this.judgeCall(node);
    const seed = (node['sample'] as JsonObject | null | undefined)?.['seed'];
    if (this.rules.deterministic && seed !== undefined && Number(seed) < 0) throw notAllowed('a sample without a seed is not');
  }

  private judgeTable(node: JsonObject, tables: ReadonlySet<string>): void {
    const name = String(node['table_name']);
    const qualified = node['schema_name'] !== '' || node['catalog_name'] !== '' || node['at_clause'] !== null;
    if (!qualified && tables.has(name.toLowerCase())) return;
    const full = [node['catalog_name'], node['schema_name'], name].filter((part) => part !== '').join('.');
    throw new Problem('invalid', 'sql/unknown-table', `there is no table ${full} here`, {
      table: full,
      tables: this.rules.tables,
    });
  }

  private judgeCall(node: JsonObject): void {
    const name = String(node['function_name']);
    if (isQualified(node)) throw notAllowed(`a function of a named schema, ${name}, is not`);
    const verdict = judgeFunction(name);
    if (verdict === 'refused') throw notAllowed(`the function ${name} is not`);
    if (verdict === 'varying' && this.rules.deterministic) throw notAllowed(`${name}, which differs from run to run, is not`);
  }

  private visitTableFunction(call: JsonObject, tables: ReadonlySet<string>): void {
    const name = String(call['function_name'] ?? '');
    if (call['class'] !== 'FUNCTION' || isQualified(call) || !isAllowedTableFunction(name))
      throw notAllowed(`the table function ${name} is not`);
    for (const [key, child] of Object.entries(call)) if (key !== 'function_name') this.visit(child, tables);
  }
}

/** The parser itself writes `main` before the functions of its literals, and a fresh database has nothing of its own there. */
function isQualified(call: JsonObject): boolean {
  return (call['schema'] !== '' && call['schema'] !== 'main') || call['catalog'] !== '';
}

function notAllowed(what: string): Problem {
  return new Problem('forbidden', 'sql/not-allowed', `${what} allowed in a statement`);
}
