export { relationalGrammar } from "./grammar";
