package backends

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
)

// NATSWire returns the address of a wire to a NATS server. Its writes are
// "PUB SUBJECT" on a stream of ours, and "+ACK STREAM CONSUMER" or "+TERM STREAM
// CONSUMER" of a message. A write's answer is the server's word to its inbox.
func (tr *Trap) NATSWire(server string) string {
	return tr.wire("tcp", server, func(client, server net.Conn) {
		w := &natsWire{trap: tr}
		both(client, server,
			func() error { return w.up(bufio.NewReader(client), server) },
			func() error { return w.down(bufio.NewReader(server), client) })
	})
}

// natsWire is one connection. Once a write is caught, held is the inbox where
// its answer is awaited.
type natsWire struct {
	trap *Trap
	held atomic.Pointer[held]
}

type held struct {
	snare *Snare
	write string
	inbox string
}

// frame is one operation of the NATS protocol with its payload.
type frame struct {
	raw     []byte
	fields  []string
	payload []byte
}

func readFrame(r *bufio.Reader) (f frame, err error) {
	if f.raw, err = r.ReadBytes('\n'); err != nil {
		return f, err
	}
	f.fields = strings.Fields(string(f.raw))
	if len(f.fields) == 0 {
		return f, nil
	}
	headers := 0
	switch f.fields[0] {
	case "HPUB", "HMSG":
		if headers, err = strconv.Atoi(f.fields[len(f.fields)-2]); err != nil {
			return f, fmt.Errorf("read size of headers: %w", err)
		}
	case "PUB", "MSG":
	default:
		return f, nil
	}
	size, err := strconv.Atoi(f.fields[len(f.fields)-1])
	if err != nil {
		return f, fmt.Errorf("read size of payload: %w", err)
	}
	body := make([]byte, size+2)
	if _, err := io.ReadFull(r, body); err != nil {
		return f, err
	}
	f.raw, f.payload = append(f.raw, body...), body[headers:size]
	return f, nil
}

// write names a frame from the client, if it is one of our writes, and returns
// the inbox that its answer goes to.
func (f frame) write() (name, inbox string) {
	if len(f.fields) < 3 || f.fields[0] != "PUB" && f.fields[0] != "HPUB" {
		return "", ""
	}
	numbers := 1
	if f.fields[0] == "HPUB" {
		numbers = 2
	}
	if len(f.fields) > 2+numbers {
		inbox = f.fields[2]
	}
	subject := f.fields[1]
	if at := strings.Split(subject, "."); strings.HasPrefix(subject, "$JS.ACK.") && len(at) > 3 {
		word, _, _ := bytes.Cut(f.payload, []byte(" "))
		if string(word) != "+ACK" && string(word) != "+TERM" {
			return "", ""
		}
		return string(word) + " " + at[2] + " " + at[3], inbox
	}
	for _, ours := range []string{"gov.", "crawl.task.", "dead."} {
		if strings.HasPrefix(subject, ours) {
			return "PUB " + subject, inbox
		}
	}
	return "", ""
}

func (w *natsWire) up(client *bufio.Reader, server io.Writer) error {
	for {
		f, err := readFrame(client)
		if err != nil {
			return err
		}
		if name, inbox := f.write(); name != "" {
			if s := w.trap.catch(name); s != nil {
				if !s.After || inbox == "" {
					s.spring(name)
					return io.EOF
				}
				w.held.Store(&held{s, name, inbox})
			}
		}
		if _, err := server.Write(f.raw); err != nil {
			return err
		}
	}
}

func (w *natsWire) down(server *bufio.Reader, client io.Writer) error {
	for {
		f, err := readFrame(server)
		if err != nil {
			return err
		}
		if h := w.held.Load(); h != nil && len(f.fields) > 1 && f.fields[1] == h.inbox {
			h.snare.spring(h.write)
			return io.EOF
		}
		if _, err := client.Write(f.raw); err != nil {
			return err
		}
	}
}
