export { SamplePanel } from "./SamplePanel";
export { useNodeSample, useSamples } from "./store";
