package s3blob

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7/pkg/encrypt"
)

// Config says where the objects stand. AccessKey and SecretKey are secrets: no
// error of this package holds them.
type Config struct {
	// Endpoint is HOST or HOST:PORT of an S3-compatible store.
	Endpoint string
	Bucket   string
	// Prefix stands before every object name, without slashes at its ends.
	Prefix    string
	Region    string
	AccessKey string
	SecretKey string
	// Plain uses HTTP without TLS, for a store on the same machine or network.
	Plain bool
	// SSE asks the store to encrypt: "" (its own default), "s3", or "kms:KEY-ID".
	SSE string
	// Transport carries the requests; nil is the usual one.
	Transport http.RoundTripper
}

// Parse reads s3://BUCKET[/PREFIX]?endpoint=HOST:PORT[&region=R][&tls=off][&sse=s3|kms:ID].
// Credentials may stand before the bucket (KEY:SECRET@) or be filled in later.
func Parse(address string) (Config, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		// The address may hold the secret, so it is not shown.
		return Config{}, errors.New("read archive address: want s3://BUCKET?endpoint=HOST:PORT")
	}
	c := Config{Bucket: u.Host, Prefix: strings.Trim(u.Path, "/"), AccessKey: u.User.Username()}
	c.SecretKey, _ = u.User.Password() // Without a password the secret is empty and filled in later.
	for key, values := range u.Query() {
		v := values[len(values)-1]
		switch key {
		case "endpoint":
			c.Endpoint = v
		case "region":
			c.Region = v
		case "sse":
			c.SSE = v
		case "tls":
			if v != "on" && v != "off" {
				return Config{}, fmt.Errorf("read archive address: tls=%s: want on or off", v)
			}
			c.Plain = v == "off"
		default:
			return Config{}, fmt.Errorf("read archive address: unknown parameter %q: known are endpoint, region, tls, sse", key)
		}
	}
	if c.Endpoint == "" {
		return Config{}, errors.New("read archive address: no endpoint: add ?endpoint=HOST:PORT")
	}
	if strings.Contains(c.Endpoint, "/") {
		return Config{}, fmt.Errorf("read archive address: endpoint %q: want HOST or HOST:PORT, without scheme and path", c.Endpoint)
	}
	_, err = c.encryption()
	return c, err
}

func (c Config) encryption() (encrypt.ServerSide, error) {
	key, isKMS := strings.CutPrefix(c.SSE, "kms:")
	switch {
	case c.SSE == "":
		return nil, nil
	case c.SSE == "s3":
		return encrypt.NewSSE(), nil
	case isKMS && key != "":
		sse, err := encrypt.NewSSEKMS(key, nil)
		if err != nil {
			return nil, fmt.Errorf("read archive address: sse=%s: %w", c.SSE, err)
		}
		return sse, nil
	}
	return nil, fmt.Errorf("read archive address: sse=%s: want s3 or kms:KEY-ID", c.SSE)
}

// name is how messages call the archive.
func (c Config) name() string {
	return strings.TrimSuffix("s3://"+c.Bucket+"/"+c.Prefix, "/") + " at " + c.Endpoint
}
