export { ExplainButton, ExplainDrawer } from "./ExplainDrawer";
