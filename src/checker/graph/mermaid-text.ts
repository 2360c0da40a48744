/**
 * A text inside a Mermaid diagram. What means something there (ends a statement, begins a comment, an arrow or markup) is
 * written by its number (`#59;`), as Mermaid has it; lines are parted by `<br/>`. Never empty: Mermaid wants some text.
 */
export const mermaidText = (text: string): string => (text.trim() === '' ? '…' : text)
  .split(/\r?\n/)
  .map((line) => line
    .replace(/\p{Cc}/gu, ' ')
    .replace(/["#$%&*:;<>@[\\\]^`{|}~]/g, (char) => `#${char.charCodeAt(0)};`)
    // State diagrams read this as a statement wherever it stands.
    .replace(/d(?=irection\s+(?:TB|BT|RL|LR))/gi, (char) => `#${char.charCodeAt(0)};`))
  .join('<br/>')
