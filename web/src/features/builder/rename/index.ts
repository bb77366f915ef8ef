export { RenameOffer } from "./offer";
