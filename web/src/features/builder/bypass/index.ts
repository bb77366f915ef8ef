export { BypassButton, BypassNote, useBypass, useBypassWord } from "./bypass";
