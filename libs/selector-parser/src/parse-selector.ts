import { SelectorSyntaxError, tooLong } from './errors.js';
import { parseInt64 } from './int64.js';
import { findKeyProblem, findValueProblem } from './label-syntax.js';
import { Lexer } from './lexer.js';
import { textLengthMaxDefault, type TextLimits } from './limits.js';
import { Requirement, type Operator } from './requirement.js';
import { Selector } from './selector.js';
import { quote, type SyntaxFacts } from './syntax-facts.js';

/**
 * The selector a text means, by the rules of Kubernetes. An empty or blank text selects everything.
 *
 * Takes time in proportion to the text's length, whatever the text is.
 *
 * @throws SelectorSyntaxError with the position in the text, what would have been accepted there and what was found
 * @see docs/spec/selector.md
 */
export function parseSelector(text: string, { lengthMax = textLengthMaxDefault }: TextLimits = {}): Selector {
  if (text.length > lengthMax) throw new SelectorSyntaxError(text, tooLong(text, lengthMax));
  const lexer = new Lexer(text);
  const requirements: Requirement[] = [];
  if (lexer.is('end')) return new Selector(requirements);
  for (let expected = "a label key, '!' or end of text"; ; expected = "a label key or '!' after ','") {
    requirements.push(readRequirement(lexer, expected));
    if (lexer.is('end')) return new Selector(requirements);
    if (!lexer.is(',')) throw unexpected(lexer, "',' or end of text");
    lexer.advance();
  }
}

function readRequirement(lexer: Lexer, expected: string): Requirement {
  if (lexer.is('!')) {
    lexer.advance();
    return new Requirement(readKey(lexer, "a label key after '!'"), '!', []);
  }
  const key = readKey(lexer, expected);
  if (lexer.is(',') || lexer.is('end')) return new Requirement(key, 'exists', []);
  const operator = readOperator(lexer);
  switch (operator) {
    case 'in':
    case 'notin':
      return new Requirement(key, operator, readValues(lexer));
    case 'gt':
    case 'lt':
      return new Requirement(key, operator, [readInteger(lexer)]);
    default:
      return new Requirement(key, operator, [readValue(lexer)]);
  }
}

function readKey(lexer: Lexer, expected: string): string {
  if (!lexer.isWord()) throw unexpected(lexer, expected);
  const key = lexer.lexeme;
  const problem = findKeyProblem(key);
  if (problem) throw inToken(lexer, problem);
  lexer.advance();
  return key;
}

function readOperator(lexer: Lexer): Operator {
  const operator = operatorOf(lexer);
  if (operator === undefined) throw unexpected(lexer, "'=', '==', '!=', 'in', 'notin', '>' or '<' after a label key");
  lexer.advance();
  return operator;
}

function operatorOf({ kind }: Lexer): Operator | undefined {
  switch (kind) {
    case '=':
    case '==':
    case '!=':
    case 'in':
    case 'notin':
      return kind;
    case '>':
      return 'gt';
    case '<':
      return 'lt';
    default:
      return undefined;
  }
}

/** The one value after a sign. Where the requirement ends without one, the value is empty. */
function readValue(lexer: Lexer): string {
  if (lexer.is(',') || lexer.is('end')) return '';
  if (!lexer.isWord()) throw unexpected(lexer, 'a label value');
  return takeValue(lexer);
}

/** The operand of an order: a value that is an integer, which rules out a negative one. */
function readInteger(lexer: Lexer): string {
  const { lexeme } = lexer;
  if (!lexer.isWord() || parseInt64(lexeme) === undefined) throw unexpected(lexer, 'a 64-bit integer in base 10');
  return takeValue(lexer);
}

/** Values in parentheses. Where one is missing before or after a comma, or between the parentheses, it is empty. */
function readValues(lexer: Lexer): string[] {
  if (!lexer.is('(')) throw unexpected(lexer, "'(' and a list of values");
  lexer.advance();
  const values: string[] = [];
  for (;;) {
    values.push(lexer.isWord() ? takeValue(lexer) : '');
    if (lexer.is(')')) break;
    if (!lexer.is(',')) throw unexpected(lexer, "',' or ')' in a list of values");
    lexer.advance();
  }
  lexer.advance();
  return values;
}

function takeValue(lexer: Lexer): string {
  const value = lexer.lexeme;
  const problem = findValueProblem(value);
  if (problem) throw inToken(lexer, problem);
  lexer.advance();
  return value;
}

function unexpected(lexer: Lexer, expected: string): SelectorSyntaxError {
  const found = lexer.is('end') ? 'end of text' : quote(lexer.lexeme);
  return new SelectorSyntaxError(lexer.text, { position: lexer.start, expected, found });
}

/** A problem inside the current token, told from the start of the whole text. */
function inToken(lexer: Lexer, problem: SyntaxFacts): SelectorSyntaxError {
  return new SelectorSyntaxError(lexer.text, { ...problem, position: lexer.start + problem.position });
}
