import { describe, expect, it } from 'vitest';
import { GraphLog, type GraphLogOptions } from './graph-log.js';
import type { RequestFacts, TraceEntry } from './trace.js';

const facts = (name: string): RequestFacts => {
  const [actor = '', event = 'e'] = name.split(':');
  return { id: name, actor, event, payload: '', mates: 1, labels: {}, selector: '', ageMs: 0 };
};

/** `+A:e` arrives, `-A:e` leaves, `B:e A:e` sync. */
function draw(steps: readonly string[], options?: GraphLogOptions): string {
  const graph = new GraphLog(options);
  const lines = steps.flatMap((step) => {
    const name = step.slice(1);
    const entry: TraceEntry = step.startsWith('+')
      ? { kind: 'arrive', request: facts(name), pending: 0 }
      : step.startsWith('-')
        ? { kind: 'leave', request: facts(name), reason: 'cancelled', pending: 0 }
        : { kind: 'match', matchId: 'm', requests: step.split(' ').map(facts), pending: 0 };
    return graph.draw(entry);
  });
  return `\n${lines.join('\n')}`;
}

describe('the graph log', () => {
  it('draws the vending machine as the original does', () => {
    const steps = ['+VM:coin', '+CUST:coin', 'CUST:coin VM:coin', '+VM:choc', '+CUST:choc', 'CUST:choc VM:choc'];
    expect(draw(steps)).toBe(`
┌─ VM:coin
│┌ CUST:coin
└└ CUST:coin VM:coin

┌─ VM:choc
│┌ CUST:choc
└└ CUST:choc VM:choc`);
  });

  it('gives every wait a column that it keeps', () => {
    const steps = ['+a:e', '+b:f', '+c:g', '+d:f', 'd:f b:f', '+e:h', '-c:g', '+f:e', 'f:e a:e', '-e:h'];
    expect(draw(steps)).toBe(`
┌─ a:e
│┌ b:f
││┌ c:g
│││┌ d:f
│└│└ d:f b:f
│┌│ e:h
││┴ c:g
││┌ f:e
└│└ f:e a:e
 ┴ e:h`);
  });

  it('leads from the last mark to the text', () => {
    expect(draw(['+a:e', '-a:e', '+b:e', 'b:e'])).toBe(`
┌─ a:e
┴─ a:e

┌─ b:e
└─ b:e`);
  });

  it('draws a request beyond the last column behind all others', () => {
    expect(draw(['+a:e', '+b:e', '+c:e', '-c:e', '-a:e', '+d:e'], { columnsMax: 2 })).toBe(`
┌─ a:e
│┌ b:e
││┌ c:e
││┴ c:e
┴│ a:e
┌│ d:e`);
  });

  it('shows no control character that a client sends', () => {
    expect(draw(['+a\u001b[2J\n:e'])).toBe('\n┌─ a\ufffd[2J\ufffd:e');
  });

  it('paints the graph and not the names', () => {
    expect(draw(['+a:e'], { paint: (text, kind) => `<${kind} ${text}>` })).toBe('\n<arrive ┌─> a:e');
  });
});
