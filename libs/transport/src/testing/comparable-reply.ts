/** What a reply says beside numbers of clients, addresses and times to the millisecond, which differ from run to run. */
export function comparable(reply: string): string {
  if (reply.includes('laddr=')) return clientLines(reply);
  const times = reply.replace(/^:(\d{2,})\r\n$/, (_all, ms: string) => `:about ${Number(Number(ms).toPrecision(1))}`);
  return times.replace(/(\$2\r\nid\r\n):\d+/, '$1:number').replace(/(\$7\r\nversion\r\n)\$\d+\r\n[\d.]+/, '$1version');
}

/** Of those that are asking at the moment; others come and go. */
function clientLines(reply: string): string {
  return reply
    .split('\n')
    .filter((line) => /cmd=client\|(list|info)/.test(line))
    .map((line) => (line.match(/(?<= |^)(name|flags|db|sub|psub|multi|cmd|user|resp)=\S*/g) ?? []).join(' '))
    .join('\n');
}
