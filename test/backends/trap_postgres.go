package backends

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
)

// PostgresWire returns the address of a database on the far end of a wire. Its
// writes are what makes a transaction durable: "commit" with all it holds, such
// as "commit insert documents, insert outbox, update sources.health". An update
// is named by its first column. A write's answer is the server's word that it is
// ready for the next.
func (tr *Trap) PostgresWire(address string) string {
	tr.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tr.t.Fatal(err)
	}
	socket := u.Query().Get("host") + "/.s.PGSQL.5432"
	u.Host = tr.wire("unix", socket, func(client, server net.Conn) {
		w := &postgresWire{trap: tr, statements: map[string]string{}}
		both(client, server,
			func() error { return w.up(bufio.NewReader(client), server) },
			func() error { return w.down(bufio.NewReader(server), client) })
	})
	u.RawQuery = "sslmode=disable"
	return u.String()
}

type postgresWire struct {
	trap *Trap
	// statements are those prepared, by name; bound is what the next execution runs.
	statements map[string]string
	bound      string
	open       bool
	writes     []string
	held       atomic.Pointer[held]
}

// readMessage reads one message; the first of a client has no kind.
func readMessage(r *bufio.Reader, first bool) (kind byte, raw []byte, err error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	if !first {
		kind = head[0]
	}
	size := binary.BigEndian.Uint32(head[len(head)-4:])
	if size < 4 || size > 1<<30 {
		return 0, nil, fmt.Errorf("message of %d bytes", size)
	}
	raw = append(head, make([]byte, size-4)...)
	_, err = io.ReadFull(r, raw[len(head):])
	return kind, raw, err
}

func (w *postgresWire) up(client *bufio.Reader, server io.Writer) error {
	for first := true; ; first = false {
		kind, raw, err := readMessage(client, first)
		if err != nil {
			return err
		}
		if !first {
			if name := w.write(kind, raw[5:]); name != "" {
				if s := w.trap.catch(name); s != nil {
					if !s.After {
						s.spring(name)
						return io.EOF
					}
					w.held.Store(&held{snare: s, write: name})
				}
			}
		}
		if _, err := server.Write(raw); err != nil {
			return err
		}
	}
}

func (w *postgresWire) down(server *bufio.Reader, client io.Writer) error {
	for {
		kind, raw, err := readMessage(server, false)
		if err != nil {
			return err
		}
		if h := w.held.Load(); h != nil {
			if kind == 'Z' { // ready for the next query
				h.snare.spring(h.write)
				return io.EOF
			}
			continue
		}
		if _, err := client.Write(raw); err != nil {
			return err
		}
	}
}

var writing = regexp.MustCompile(`(?i)^\s*(insert)\s+into\s+([a-z_]+)|^\s*(update)\s+([a-z_]+)\s+set\s+([a-z_]+)|^\s*(delete)\s+from\s+([a-z_]+)`)

// write follows the conversation and names the message that makes something durable.
func (w *postgresWire) write(kind byte, body []byte) string {
	switch kind {
	case 'P': // parse: name, statement
		if part := bytes.SplitN(body, []byte{0}, 3); len(part) == 3 {
			w.statements[string(part[0])] = string(part[1])
		}
	case 'B': // bind: portal, name
		if part := bytes.SplitN(body, []byte{0}, 3); len(part) == 3 {
			w.bound = w.statements[string(part[1])]
		}
	case 'E': // execute
		return w.ran(w.bound)
	case 'Q':
		return w.ran(string(bytes.TrimRight(body, "\x00")))
	}
	return ""
}

func (w *postgresWire) ran(statement string) string {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(statement)), " ")
	switch word {
	case "begin":
		w.open, w.writes = true, nil
		return ""
	case "rollback":
		w.open, w.writes = false, nil
		return ""
	case "commit":
		w.open = false
		return w.commit()
	}
	m := writing.FindStringSubmatch(statement)
	if m == nil {
		return ""
	}
	name := strings.ToLower(m[1] + m[3] + m[6] + " " + m[2] + m[4] + m[7])
	if m[5] != "" {
		name += "." + m[5]
	}
	w.writes = append(w.writes, name)
	if w.open {
		return ""
	}
	return w.commit()
}

func (w *postgresWire) commit() string {
	if len(w.writes) == 0 {
		return ""
	}
	slices.Sort(w.writes)
	name := "commit " + strings.Join(slices.Compact(w.writes), ", ")
	w.writes = nil
	return name
}
