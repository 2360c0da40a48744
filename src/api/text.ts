/** Bytes and base64 of text, with what every JavaScript host offers. */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Length in UTF-8, as Go counts. */
export function byteLength(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length
  return text.length
}

export const toBase64 = (text: string): string =>
  btoa(Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join(''))

/** The text that base64 stands for; what is no UTF-8 in it comes out as U+FFFD. */
export const fromBase64 = (text: string): string =>
  decoder.decode(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)))

/** Where text stops being base64, counted as Go counts; -1 where it is base64 to the end. */
export function brokenBase64At(text: string): number {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return -1
  const bad = text.search(/[^A-Za-z0-9+/]/)
  return bad < 0 ? text.length - (text.length % 4) : bad
}
