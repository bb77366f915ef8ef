/** long finds lines that may hold a number of more digits than a double has; few do. */
const long = /[\d.]{16}/;

/** Of JSON, texts and numbers: what is within a text is no number. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** exact reads JSON. Numbers that a double does not hold, big integers and decimals, become texts of their digits. */
export function exact(text: string): unknown {
  return JSON.parse(long.test(text) ? text.replace(tokens, (token) => (holds(token) ? token : `"${token}"`)) : text);
}

function holds(token: string): boolean {
  if (token.length < 16 || !/^-?\d+(\.\d+)?$/.test(token)) return true;
  const plain = token.includes(".") ? token.replace(/\.?0+$/, "") : token;
  return String(Number(token)) === plain;
}
