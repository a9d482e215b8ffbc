package s3blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/minio/minio-go/v7"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Names of user metadata, without the prefix X-Amz-Meta-.
const (
	metaHash    = "Sha256"
	metaSize    = "Raw-Size"
	metaURL     = "Url"
	metaFetched = "Fetched-At"
	// metaPacked decides how an object is read. Content-Encoding says the same to
	// others, but stores and proxies add to it and take it away.
	metaPacked = "Packed"
	// maxMeta keeps all metadata below the 2 KB that S3 allows.
	maxMeta = 1000
)

// Put stores the bytes and returns their key. On return the store has
// acknowledged them. Putting the same bytes again writes nothing, unless the
// stored object is damaged: then it is replaced. Two writers at once may both
// write; the key makes that harmless.
func (s *Store) Put(ctx context.Context, body []byte, meta notice.BlobMeta) (notice.BlobKey, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	key := notice.KeyOf(body)
	name, err := s.object(key)
	if err != nil {
		return "", err
	}
	err = s.verify(ctx, key)
	if err == nil {
		return key, nil
	}
	damaged := errors.Is(err, notice.ErrCorrupt)
	if !damaged && !errors.Is(err, notice.ErrUnknown) {
		return "", err
	}
	data, options := s.encode(key, body, meta)
	if damaged {
		if err := s.write(ctx, name, data, options); err != nil {
			return "", s.explain("write to", err)
		}
		return key, nil
	}
	only := options
	only.SetMatchETagExcept("*")
	err = s.write(ctx, name, data, only)
	switch code := minio.ToErrorResponse(err); {
	case err == nil:
		return key, nil
	case code.StatusCode == http.StatusPreconditionFailed, code.StatusCode == http.StatusConflict:
		// Somebody else wrote the same bytes in between, or is still at it.
		if s.verify(ctx, key) == nil {
			return key, nil
		}
	case code.StatusCode != http.StatusNotImplemented && code.Code != "NotImplemented":
		return "", s.explain("write to", err)
	}
	// The store does not know the condition, or the other writer failed.
	if err := s.write(ctx, name, data, options); err != nil {
		return "", s.explain("write to", err)
	}
	return key, nil
}

func (s *Store) write(ctx context.Context, name string, data []byte, options minio.PutObjectOptions) error {
	// The size is always given: without it the client uploads in parts, where no
	// store keeps the create-only condition.
	_, err := s.core.Client.PutObject(ctx, s.config.Bucket, name, bytes.NewReader(data), int64(len(data)), options)
	return err
}

// encode compresses when that helps, which it does for all pages and no PDF.
func (s *Store) encode(key notice.BlobKey, body []byte, meta notice.BlobMeta) ([]byte, minio.PutObjectOptions) {
	options := minio.PutObjectOptions{
		ContentType: "application/octet-stream", ServerSideEncryption: s.sse, SendContentMd5: true, DisableMultipart: len(body) < 5<<30,
		UserMetadata: map[string]string{
			metaHash: string(key), metaSize: strconv.Itoa(len(body)), metaURL: escaped(meta.URL),
			metaFetched: meta.FetchedAt.UTC().Format(time.RFC3339),
		},
	}
	if m, _, err := mime.ParseMediaType(meta.MediaType); err == nil && len(m) < maxMeta {
		options.ContentType = m
	}
	packed := s.enc.EncodeAll(body, make([]byte, 0, len(body)/3+512))
	if len(packed) >= len(body) {
		return body, options
	}
	options.ContentEncoding = "zstd"
	options.UserMetadata[metaPacked] = "zstd"
	return packed, options
}

// escaped makes any address fit for a header, and short enough for the metadata.
func escaped(address string) string {
	if len(address) > maxMeta/3 {
		address = address[:maxMeta/3]
	}
	return url.PathEscape(address)
}

// verify reads a whole object and returns nil, ErrUnknown, ErrCorrupt, or a
// failure of the way to the store.
func (s *Store) verify(ctx context.Context, key notice.BlobKey) error {
	r, err := s.Open(ctx, key)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

// Open returns a reader of the raw bytes. The reader checks the hash: on a
// mismatch it returns notice.ErrCorrupt where io.EOF would stand, so bytes must
// not be trusted before EOF. A key that is not held is notice.ErrUnknown.
func (s *Store) Open(ctx context.Context, key notice.BlobKey) (io.ReadCloser, error) {
	name, err := s.object(key)
	if err != nil {
		return nil, err
	}
	body, _, header, err := s.core.GetObject(ctx, s.config.Bucket, name, minio.GetObjectOptions{})
	if err != nil {
		if minio.ToErrorResponse(err).Code == "NoSuchKey" {
			return nil, fmt.Errorf("archive %s: blob %s: %w", s.config.name(), key, notice.ErrUnknown)
		}
		return nil, s.explain("read from", err)
	}
	v := &verified{store: s, key: key, body: body, watched: watched{r: body}, sum: sha256.New()}
	v.raw = &v.watched
	if header.Get("X-Amz-Meta-"+metaPacked) == "zstd" {
		v.dec, err = zstd.NewReader(&v.watched, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read blob %s: start decompressor: %w", key, err), body.Close())
		}
		v.raw = v.dec
	}
	return v, nil
}

// watched remembers whether the way to the store failed, which is not damage.
type watched struct {
	r   io.Reader
	err error
}

func (c *watched) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// verified passes bytes on and judges them when the last one has gone through.
type verified struct {
	store   *Store
	key     notice.BlobKey
	body    io.ReadCloser
	watched watched
	dec     *zstd.Decoder
	raw     io.Reader
	sum     hash.Hash
	err     error
}

func (v *verified) Read(p []byte) (int, error) {
	if v.err != nil {
		return 0, v.err
	}
	n, err := v.raw.Read(p)
	v.sum.Write(p[:n])
	if err == nil {
		return n, nil
	}
	switch {
	case v.watched.err != nil:
		v.err = v.store.explain("read from", v.watched.err)
	case err == io.EOF && hex.EncodeToString(v.sum.Sum(nil)) == string(v.key):
		v.err = io.EOF
	default:
		v.err = fmt.Errorf("archive %s: blob %s: %w", v.store.config.name(), v.key, notice.ErrCorrupt)
	}
	return n, v.err
}

func (v *verified) Close() error {
	if v.dec != nil {
		v.dec.Close()
	}
	return v.body.Close()
}

// explain turns an answer of the store into one line that says what to do. All
// of them are Transient: somebody mends the store, and work goes on.
func (s *Store) explain(what string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	r := minio.ToErrorResponse(err)
	var mend string
	switch r.Code {
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidAccessKey", "XAdminUserNotFound":
		mend = "wrong credentials: check access key and secret"
	case "AccessDenied":
		mend = "missing rights: allow this access key to list, read, write and create in the bucket"
	case "NoSuchBucket":
		mend = "the bucket is not there: create it or check its name"
	case "InvalidBucketName":
		mend = "the store does not allow this bucket name: choose another"
	case "XMinioStorageFull", "QuotaExceeded":
		mend = "the store is full: free some space, work goes on by itself"
	case "RequestTimeTooSkewed":
		mend = "the clocks differ: set this machine's clock"
	case "AuthorizationHeaderMalformed", "PermanentRedirect":
		mend = "wrong region: set region= in the address"
	case "ServerSideEncryptionConfigurationNotFoundError", "KMSNotConfigured", "KMS.NotFoundException":
		mend = "the store cannot encrypt as asked: check sse= in the address"
	case "":
		mend = "no answer: check that it runs, the endpoint, and tls="
	default:
		mend = "the store answers " + r.Code
	}
	return fault.Errorf(fault.Transient, "%s archive %s: %s (%w)", what, s.config.name(), mend, err)
}
