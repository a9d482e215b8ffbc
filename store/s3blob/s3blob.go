// Package s3blob keeps archived bytes as objects of an S3-compatible store, one
// object a blob: [PREFIX/]sha256/ab/cd/<key>, named by the SHA-256 of the raw
// bytes. Text is stored with Content-Encoding zstd; the raw hash and size stand
// in the object's metadata and decide what a good object is, for not every store
// checks bodies in the same way. Nothing is ever deleted. It knows nothing of
// documents. This package is where requests to the store are retried; callers
// see an error only after that. Start at Put.
package s3blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"

	"govwatch/notice"
)

const (
	algorithm = "sha256"
	// attempts bounds the tries of one request; with the client's back-off of
	// 200 ms to 1 s that rides out a restart of the store, not an outage.
	attempts = 5
	// probe is written at Open, outside the blobs, to learn of missing rights then.
	probe = "govwatch-probe"
)

// Store is an archive in a bucket. All methods may be called concurrently, also
// by several processes on one bucket.
type Store struct {
	core   minio.Core
	config Config
	sse    encrypt.ServerSide
	enc    *zstd.Encoder
}

// Open connects, creates the bucket when it is not there, and tries whether
// objects can be listed, written and read. The error is one line that says which
// of these failed and what to do.
func Open(ctx context.Context, c Config) (*Store, error) {
	sse, err := c.encryption()
	if err != nil {
		return nil, err
	}
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds:  credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure: !c.Plain, Region: c.Region, Transport: c.Transport, MaxRetries: attempts,
		// With trailing checksums some stores answer BadDigest, others keep the framing.
		TrailingHeaders: false,
		// Most stores that are not Amazon's have no DNS name for each bucket.
		BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", c.name(), err)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("open archive %s: start compressor: %w", c.name(), err)
	}
	s := &Store{core: minio.Core{Client: client}, config: c, sse: sse, enc: enc}
	if err := s.check(ctx); err != nil {
		return nil, errors.Join(err, enc.Close())
	}
	return s, nil
}

// Close releases the compressor's memory. The store must not be used after it.
func (s *Store) Close() error { return s.enc.Close() }

func (s *Store) check(ctx context.Context) error {
	err := s.list(ctx, s.prefixed(algorithm)+"/", func(minio.ObjectInfo) error { return errEnough })
	if minio.ToErrorResponse(err).Code == "NoSuchBucket" {
		err = s.core.MakeBucket(ctx, s.config.Bucket, minio.MakeBucketOptions{Region: s.config.Region})
		switch minio.ToErrorResponse(err).Code {
		case "BucketAlreadyOwnedByYou", "BucketAlreadyExists":
			err = nil // Another process was first.
		}
		if err != nil {
			return s.explain("create bucket of", err)
		}
	}
	if err != nil && !errors.Is(err, errEnough) {
		return s.explain("list", err)
	}
	name, body := s.prefixed(probe), []byte("govwatch may write here\n")
	if _, err := s.core.Client.PutObject(ctx, s.config.Bucket, name, bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{ServerSideEncryption: s.sse, SendContentMd5: true}); err != nil {
		return s.explain("write to", err)
	}
	r, _, _, err := s.core.GetObject(ctx, s.config.Bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return s.explain("read from", err)
	}
	_, err = io.Copy(io.Discard, r)
	if err = errors.Join(err, r.Close()); err != nil {
		return s.explain("read from", err)
	}
	return nil
}

// errEnough ends a listing early.
var errEnough = errors.New("enough")

func (s *Store) prefixed(name string) string {
	if s.config.Prefix == "" {
		return name
	}
	return s.config.Prefix + "/" + name
}

func (s *Store) object(key notice.BlobKey) (string, error) {
	if !valid(key) {
		return "", fmt.Errorf("archive %s: %q is not a blob key (want 64 hex digits): %w", s.config.name(), key, notice.ErrUnknown)
	}
	k := string(key)
	return s.prefixed(strings.Join([]string{algorithm, k[:2], k[2:4], k}, "/")), nil
}

func valid(key notice.BlobKey) bool {
	return len(key) == 64 && strings.Trim(string(key), "0123456789abcdef") == ""
}

// list calls f for each object below a prefix, in name order.
func (s *Store) list(parent context.Context, prefix string, f func(minio.ObjectInfo) error) error {
	// The client goes on listing until its context ends, also when nobody reads.
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	for o := range s.core.ListObjectsIter(ctx, s.config.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if err := f(o); err != nil {
			return err
		}
	}
	return parent.Err()
}

// Walk calls f for every blob, in key order, with the bytes it takes in the
// store. An error of f ends the walk and is returned.
func (s *Store) Walk(ctx context.Context, f func(key notice.BlobKey, size int64) error) error {
	var own error
	err := s.list(ctx, s.prefixed(algorithm)+"/", func(o minio.ObjectInfo) error {
		key := notice.BlobKey(o.Key[strings.LastIndexByte(o.Key, '/')+1:])
		if !valid(key) {
			return nil
		}
		own = f(key, o.Size)
		return own
	})
	if own != nil {
		return own
	}
	if err != nil {
		return s.explain("list", err)
	}
	return nil
}
