export { ExtractDrawer } from "./drawer";
export { ExtractOffer } from "./offer";
export { useExtract, useExtractChoices } from "./part";
