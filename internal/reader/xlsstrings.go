package reader

import "unicode/utf16"

// sharedStrings reads the table of strings, which goes on in Continue records.
// It returns where the next other record begins.
func (x *xls) sharedStrings(first le, at int) int {
	r := continued{blocks: []le{first}}
	for x.data.u16(at) == recContinue && at+4 <= len(x.data) {
		size := x.data.u16(at + 2)
		r.blocks = append(r.blocks, x.data.slice(at+4, size))
		at += 4 + size
	}
	count := le(r.bytes(8)).u32(4)
	for range min(count, maxXlsCells) {
		if r.done() {
			x.short = true
			break
		}
		x.strings = append(x.strings, r.string())
	}
	return at
}

// continued reads over the borders of records. Characters that cross a border
// begin there with a new byte that says how wide they are.
type continued struct {
	blocks []le
	pos    int
}

func (c *continued) done() bool {
	for len(c.blocks) > 0 && c.pos >= len(c.blocks[0]) {
		c.blocks, c.pos = c.blocks[1:], 0
	}
	return len(c.blocks) == 0
}

func (c *continued) bytes(n int) []byte {
	var out []byte
	for len(out) < n && !c.done() {
		part := c.blocks[0].slice(c.pos, n-len(out))
		c.pos += len(part)
		out = append(out, part...)
	}
	return out
}

func (c *continued) skip(n int) {
	for n > 0 && !c.done() {
		step := min(n, len(c.blocks[0])-c.pos)
		c.pos += step
		n -= step
	}
}

func (c *continued) string() string {
	head := le(c.bytes(3))
	n, flags := head.u16(0), head.u8(2)
	runs, phonetic := 0, 0
	if flags&8 != 0 {
		runs = le(c.bytes(2)).u16(0)
	}
	if flags&4 != 0 {
		phonetic = le(c.bytes(4)).u32(0)
	}
	units := make([]uint16, 0, n)
	for len(units) < n && !c.done() {
		if c.pos == 0 { // the string goes on in a new record
			flags = le(c.bytes(1)).u8(0)
		}
		width := 1 + flags&1
		part := c.bytesHere(width * (n - len(units)))
		if len(part) < width {
			c.pos = c.end() // half a character cannot cross a border
			continue
		}
		units = appendUnits(units, part, width)
	}
	c.skip(4*runs + phonetic)
	return string(utf16.Decode(units))
}

// bytesHere returns up to n bytes without crossing into the next record.
func (c *continued) bytesHere(n int) le {
	if c.done() {
		return nil
	}
	part := c.blocks[0].slice(c.pos, n)
	c.pos += len(part)
	return part
}

func (c *continued) end() int {
	if len(c.blocks) == 0 {
		return 0
	}
	return len(c.blocks[0])
}

func appendUnits(units []uint16, b le, width int) []uint16 {
	for i := 0; i+width <= len(b); i += width {
		if width == 2 {
			units = append(units, uint16(b.u16(i)))
		} else {
			units = append(units, uint16(b.u8(i)))
		}
	}
	return units
}

// wideString reads one string that lies within a record; lengthSize is the size
// of its length field. It also returns the bytes used.
func wideString(b le, lengthSize int) (string, int) {
	n := b.u8(0)
	if lengthSize == 2 {
		n = b.u16(0)
	}
	flags := b.u8(lengthSize)
	at := lengthSize + 1
	if flags&8 != 0 {
		at += 2
	}
	if flags&4 != 0 {
		at += 4
	}
	width := 1 + flags&1
	part := b.slice(at, n*width)
	return string(utf16.Decode(appendUnits(nil, part, width))), at + len(part)
}
