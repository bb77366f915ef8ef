export { ofTexts } from "./comparison";
export { ConflictDialog } from "./Conflict";
export { DiffView } from "./DiffView";
export { ImpactButton } from "./Impact";
export { PublishButton } from "./Publish";
export { VersionsButton } from "./Versions";
