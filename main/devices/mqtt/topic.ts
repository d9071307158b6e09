/** Whether a topic is covered by a subscription: `+` stands for one level, `#` for all below (MQTT 3.1.1, 4.7). */
export const topicMatches = (filter: string, topic: string): boolean => {
  const wanted = filter.split('/');
  const given = topic.split('/');
  // Topics of the broker itself are not meant by a wildcard in the first place (4.7.2).
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [index, part] of wanted.entries()) {
    if (part === '#') return true;
    if (index >= given.length || (part !== '+' && part !== given[index])) return false;
  }
  return wanted.length === given.length;
};

/** Why a text is no topic to publish to; null where it is one. */
export const topicProblem = (topic: string): string | null => {
  if (topic === '') return 'it is empty';
  if (Buffer.byteLength(topic) > 65_535) return 'it is longer than 65,535 bytes';
  if (topic.includes('\0')) return 'it holds a null character';
  return /[+#]/.test(topic) ? '"+" and "#" stand for several topics; one is needed here' : null;
};

/** Why a text is nothing that can be subscribed to; null where it is. */
export const filterProblem = (filter: string): string | null => {
  const parts = filter.split('/');
  if (parts.some((part, index) => part.includes('#') && (part !== '#' || index < parts.length - 1)))
    return '"#" may only stand alone at the end';
  if (parts.some((part) => part.includes('+') && part !== '+')) return '"+" must stand alone between two slashes';
  return topicProblem(parts.filter((part) => part !== '+' && part !== '#').join('/') || 'any');
};
