/** The first Ctrl-C asks for the end; the second one ends the process at once, as a shell expects it. */
export class Interruption {
  asked = false
  private readonly onSignal = (): void => {
    if (this.asked) process.exit(130)
    this.asked = true
  }

  begin(): void { process.on('SIGINT', this.onSignal) }
  end(): void { process.off('SIGINT', this.onSignal) }
}
