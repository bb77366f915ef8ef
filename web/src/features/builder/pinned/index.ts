export { pinsOf, PinMark, PinnedFrom, PinRows, usePins } from "./pinned";
export { type Pinned, pinsFor, samePins } from "./pins";
