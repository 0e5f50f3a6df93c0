import { describe, expect, test } from 'vitest';
import { judge, readNote } from './kill-judge.js';

/** A log as cells would have written it: `WHO WHAT FACTS...` in each line. */
function judged(lines: readonly string[], killed: readonly string[] = []) {
  const notes = lines.map((line, i) => {
    const [who = '', ...note] = line.split(' ');
    return readNote(who, [i, ...note].join(' '))!;
  });
  return judge(notes, new Set(killed));
}

const good = ['s1 accepted a', 'w1 handled a', 's1 answer a x', 's1 answered a'];

describe('the judge of a run with kills', () => {
  test('finds nothing wrong with what was accepted, handled and answered once', () => {
    const nothing = { lost: [], answeredTwice: [], repeated: 0, handledAgain: 0, failed: [] };
    expect(judged(good)).toEqual({ accepted: 1, ...nothing });
    expect(judged(['s1 accepted b', 's1 confirmed b', 'w1 handled b'])).toEqual({ accepted: 1, ...nothing });
  });

  test('misses an event that nobody handled, whatever its sender was told', () => {
    expect(judged(good.filter((line) => !line.includes('handled'))).lost).toEqual(['a']);
    expect(judged(['s1 accepted b', 's1 confirmed b']).lost).toEqual(['b']);
    expect(judged(['s1 accepted b'], ['s1']).lost).toEqual(['b']);
  });

  test('misses an answer, unless it was the sender that was killed', () => {
    const unanswered = ['s1 accepted a', 'w1 handled a'];
    expect(judged(unanswered).lost).toEqual(['a']);
    expect(judged(unanswered, ['w1']).lost).toEqual(['a']);
    expect(judged(unanswered, ['s1']).lost).toEqual([]);
  });

  test('sees a second answer, and tells it from one that came again', () => {
    expect(judged([...good, 's1 answer a y']).answeredTwice).toEqual(['a']);
    expect(judged([...good, 's1 answered a']).answeredTwice).toEqual(['a']);
    expect(judged([...good, 's1 answer a x'])).toMatchObject({ answeredTwice: [], repeated: 1 });
  });

  test('counts what was handled again, and keeps what failed', () => {
    expect(judged([...good, 'w2 handled a', 's1 failed busy too many events wait'])).toMatchObject({
      lost: [],
      handledAgain: 1,
      failed: ['busy too many events wait'],
    });
  });

  test('reads notes, and no half ones', () => {
    expect(readNote('w1', '12.5 handled a')).toEqual({ who: 'w1', atMs: 12.5, what: 'handled', facts: ['a'] });
    for (const line of ['', '12.5', 'ready thynapse', '12.']) expect(readNote('w1', line)).toBeUndefined();
  });
});
