export { compileRule, RULE_THRESHOLD, type CompiledRule } from './compile-rule.js';
