export { JumpButton, useJump } from "./jump";
