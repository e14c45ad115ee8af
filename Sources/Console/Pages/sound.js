// The ring. Muting lasts until somebody signs in again, at most one shift; a browser that has not been touched yet
// may not make sound, which counts as off and is shown as such.

const shiftMilliseconds = 8 * 3600 * 1000;
let context = null;
let timer = 0;

const mutedUntil = () => Number(sessionStorage.getItem("mutedUntil") ?? 0);

export const isOn = () => context?.state === "running" && Date.now() > mutedUntil();

/** Must be called from a key press or a click. */
export async function turnOn() {
  sessionStorage.removeItem("mutedUntil");
  context ??= new AudioContext();
  await context.resume();
}

export function turnOff() {
  sessionStorage.setItem("mutedUntil", String(Date.now() + shiftMilliseconds));
}

function tone(frequency, start, length, volume) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  oscillator.type = "triangle";
  const from = context.currentTime + start;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume, from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, from + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
}

/** A short tone: something new waits. */
export function chime() {
  if (isOn()) tone(660, 0, 0.5, 0.25);
}

/** Rings every two seconds while `isWanted`. */
export function ring(isWanted) {
  if (isWanted === (timer !== 0)) return;
  clearInterval(timer);
  timer = 0;
  if (!isWanted) return;
  const strike = () => {
    if (!isOn()) return;
    tone(988, 0, 0.6, 0.5);
    tone(784, 0.28, 0.9, 0.5);
  };
  strike();
  timer = setInterval(strike, 2000);
}
