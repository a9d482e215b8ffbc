package crawler

import (
	"encoding/json"
	"slices"
	"time"

	"govwatch/crawler/family"
)

// pageKey names a list page or an answer of an interface.
func pageKey(r family.Request) string {
	if r.Body == "" {
		return r.URL
	}
	return r.URL + " " + r.Body
}

// encodeRequest is how a walk remembers where to go on.
func encodeRequest(r family.Request) string {
	if (r.Method == "" || r.Method == "GET") && r.Page == 0 {
		return r.URL
	}
	b, err := json.Marshal(r)
	if err != nil {
		return r.URL // strings and a number always encode
	}
	return string(b)
}

func decodeRequest(s string) (family.Request, bool) {
	var r family.Request
	if s == "" {
		return r, false
	}
	if s[0] != '{' {
		return family.Request{Method: "GET", URL: s}, true
	}
	return r, json.Unmarshal([]byte(s), &r) == nil && r.URL != ""
}

// latency is the median time to the first byte.
func latency(pages []PageSeen) time.Duration {
	var v []time.Duration
	for _, p := range pages {
		if p.Answer.FirstByte > 0 {
			v = append(v, p.Answer.FirstByte)
		}
	}
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}
