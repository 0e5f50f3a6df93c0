// npm test: set up the same as npm start, then run everything and end with one line of totals.
import { globSync } from './glob.mjs';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { nx, root, setUp } from './setup.mjs';

const deep = process.argv.includes('--deep');
const targets = ['format', 'unused', 'lint', 'typecheck', 'build', 'test', 'e2e'];

await setUp();
const reports = () => globSync(root, 'test-results/vitest.json');
// A report left from an earlier run must not be counted; Nx puts back those of runs it need not repeat.
for (const report of reports()) rmSync(report);

const env = deep ? { SYNCYTIUM_RUNS: process.env.SYNCYTIUM_RUNS ?? '20' } : {};
const code = await nx(['run-many', '-t', targets.join(','), '--output-style=static', '--nxBail=false'], env);

const totals = { passed: 0, failed: 0, skipped: 0 };
const brokers = new Set();
const failures = [];
console.log('\nsuite                 passed  failed  skipped');
for (const report of reports().sort()) {
  const suite = relative(root, dirname(dirname(report)));
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const counts = {
    passed: numPassedTests,
    failed: numFailedTests + brokenFiles.length,
    skipped: numPendingTests + numTodoTests,
  };
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  for (const { ancestorTitles, fullName, status, failureMessages } of testResults.flatMap((f) => f.assertionResults)) {
    const broker = /^(.+) as a broker/.exec(ancestorTitles.join(' '))?.[1];
    if (broker && status === 'passed') brokers.add(broker);
    if (status === 'failed') failures.push({ suite, name: fullName, why: failureMessages.join('\n') });
  }
  for (const { name, message } of brokenFiles) failures.push({ suite, name: relative(root, name), why: message });
  console.log([suite.padEnd(20), ...Object.values(counts).map((count) => String(count).padStart(7))].join(' '));
}
console.log(`\nbrokers tested against: ${[...brokers].sort().join(', ') || 'none'}`);
// The report of a suite may be thousands of lines above.
for (const { suite, name, why } of failures)
  console.log(`\nfailed in ${suite}: ${name}\n${why.split('\n').slice(0, 12).join('\n')}`);
if (code !== 0) console.log('failed: some of format, unused, lint, types, build or tests; Nx lists the tasks above');
console.log(
  `${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exit(code === 0 && totals.failed === 0 && totals.passed > 0 ? 0 : 1);
