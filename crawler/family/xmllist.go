package family

import (
	"encoding/xml"
	"io"
	"strings"
)

// xmlValue reads an XML answer, such as a feed, as nested objects: children of
// one name become an array. It is nil for what is no XML.
func xmlValue(text string) *value {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	root := &value{kind: 'o', fields: map[string]*value{}}
	stack := []*value{root}
	for left := maxValues; left > 0; left-- {
		tok, err := d.Token()
		if err != nil {
			break
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > maxNesting {
				return nil
			}
			v := &value{kind: 'o', fields: map[string]*value{}}
			for _, a := range t.Attr {
				v.set(a.Name.Local, &value{kind: 's', text: a.Value})
			}
			top.add(t.Name.Local, v)
			stack = append(stack, v)
		case xml.EndElement:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case xml.CharData:
			top.text += string(t)
		}
	}
	root.settle(0)
	return root
}

func (v *value) set(key string, f *value) {
	if v.fields[key] == nil {
		v.keys = append(v.keys, key)
	}
	v.fields[key] = f
}

// add puts a child under its name; a second one makes an array.
func (v *value) add(key string, f *value) {
	v.parent = true
	switch old := v.fields[key]; {
	case old == nil:
		v.set(key, f)
	case old.kind == 'a':
		old.items = append(old.items, f)
	default:
		v.set(key, &value{kind: 'a', items: []*value{old, f}})
	}
}

// settle turns elements that hold text alone into strings.
func (v *value) settle(depth int) {
	if depth > maxNesting+2 {
		return
	}
	for _, e := range v.items {
		e.settle(depth + 1)
	}
	for _, k := range v.keys {
		v.fields[k].settle(depth + 1)
	}
	if t := strings.TrimSpace(v.text); v.kind == 'o' && !v.parent && (len(v.keys) == 0 || t != "") {
		v.kind, v.text = 's', t
	}
}
