/** Something to compute: how many primes there are below a number that grows with the frame's. */
export function frameCost(frame: number): number {
  const limit = 2000 + 100 * frame;
  let primes = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
  }
  return primes;
}
