import { answerType } from './answer-type.js';

describe('the type of an answer', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 'application/graphql-response+json'],
    ['text/event-stream', 'text/event-stream'],
    ['Text/Event-Stream;q=0.5, */*', 'text/event-stream'],
    ['text/event-stream;q=0, */*', 'application/json'],
    ['text/*', undefined],
    ['text/html', undefined],
  ])('for %p is %p', (accept, expected) => {
    expect(answerType(accept)).toBe(expected);
  });
});
