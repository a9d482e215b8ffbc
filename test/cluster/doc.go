// Package cluster tests govwatch as a cluster: the program itself, one process
// for each role, on three NATS servers, an S3 store and PostgreSQL, all of them
// real and all of them killed. Start at pipeline_test.go.
package cluster
