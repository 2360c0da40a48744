/** Faults in a person's words: what breaks, and how it is mended. */
type Words = (target: string) => readonly [broken: string, mended: string]

/** `kube-scheduler nodes`: a process and the resource that it watches. */
const watching = (target: string): readonly [process: string, resource: string] => {
  const [process = '', resource = ''] = target.split(' ')
  return [process, resource]
}

const words: Readonly<Record<string, Words>> = {
  'restart': (target) => [`${target} ends`, `${target} is started again, with nothing in memory`],
  'lag': (target) => [`the watch caches of ${target} fall behind`, `the watch caches of ${target} catch up`],
  'broken-watch': (target) => {
    const [process, resource] = watching(target)
    return [`the watch of ${resource} by ${process} expires: it lists again`, '']
  },
  'lost-events': (target) => {
    const [process, resource] = watching(target)
    return [`the watch of ${resource} by ${process} delivers nothing any more`, `${process} lists ${resource} again`]
  },
  'partition': (target) => [`${target} is cut off from the control plane`, `${target} can reach the control plane again`],
  'power-loss': (target) => [`${target} loses its power`, `${target} has power again`],
  'slow-pull': (target) => [`images take 90s longer to pull on ${target}`, `images are pulled on ${target} as ever`],
  'failing-probe': (target) => [`every probe of ${target} fails`, `the probes of ${target} are answered again`],
  'slow-rule-sync': (target) => [`kube-proxy on ${target} takes 10s to write its rules`, `kube-proxy on ${target} is fast again`],
  'interrupted-start': (target) => [`containerd on ${target} will end while it starts the next container`, ''],
  'memory-pressure': (target) => [`something takes nearly all memory of ${target}`, `${target} has its memory back`],
  'disk-pressure': (target) => [`something takes nearly all disk of ${target}`, `${target} has its disk back`],
}

/** `kube-scheduler ends`; a fault without words of its own is told by its name. */
export function faultWords(fault: string, target: string, healed = false): string {
  const [broken, mended] = words[fault]?.(target) ?? [`${fault} ${target}`, `${fault} ${target} is over`]
  return healed ? mended : broken
}
