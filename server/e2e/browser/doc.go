// Package browser walks through the web application in a real Chromium, on the built binary with a real Kafka and the embedded ClickHouse. The
// walks themselves are TypeScript and lie in web/e2e; this package starts what they walk on. It has no code but its tests.
package browser
