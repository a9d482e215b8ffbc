// Package test holds the tests that need heavy dependencies or real servers: an
// S3 store in process, PostgreSQL, external NATS, the compose file. It is a
// module of its own so that none of that enters the product's go.mod.
package test
