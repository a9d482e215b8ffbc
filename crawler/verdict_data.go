package crawler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"govwatch/internal/textzh"
	"govwatch/notice"
	"regexp"
	"strconv"
	"strings"
)

// judgeJSON judges an answer of an interface as such.
func judgeJSON(a Answer) Verdict {
	if v, ok := shortBody(a); ok {
		return v
	}
	text, _, _ := textzh.Decode(a.Body, "application/json")
	text = strings.TrimSpace(text)
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && int(syntax.Offset) >= len(text) {
			return Verdict{notice.Truncated, 0.2, "the JSON breaks off", ""}
		}
		return Verdict{notice.OK, 0.6, "it looks like JSON but is none: " + err.Error(), ""}
	}
	top, ok := doc.(map[string]any)
	if !ok || holdsRows(doc, 0) {
		return Verdict{notice.OK, 1, "", ""}
	}
	code, failed := apiCode(top)
	msg := apiMessage(top)
	switch {
	case len(msg) < 200 && refusal.MatchString(msg):
		return Verdict{notice.BlockedWAF, 0, "the interface refuses us: " + clip(msg), ""}
	case !failed:
		return Verdict{notice.OK, 1, "", ""}
	case code == 401 || code == 403 || code == 429:
		return Verdict{notice.BlockedWAF, 0, fmt.Sprintf("the interface refuses us: code %d %s", code, clip(msg)), ""}
	case code == 404:
		return Verdict{notice.Soft404, 0, fmt.Sprintf("the interface says code 404 %s", clip(msg)), ""}
	}
	return Verdict{notice.ErrorSink, 0, fmt.Sprintf("the interface reports a failure: code %d %s", code, clip(msg)), ""}
}

// refusal is what an interface says that does not want us, when it holds no data.
var refusal = regexp.MustCompile(`(?i)^(?:forbidden|access ?denied|unauthori[sz]ed|missing authentication token|too many requests|limit exceeded|request blocked)\W*$|频繁|拒绝访问|禁止访问|访问受限`)

// judgeStoreError reads the XML in which object stores report a failure.
func judgeStoreError(_ Answer, _ *look, text string) (Verdict, bool) {
	if len(text) > 8<<10 {
		return Verdict{}, false
	}
	m := storeError.FindStringSubmatch(text)
	if m == nil {
		return Verdict{}, false
	}
	why := "the object store says: " + clip(m[1])
	switch {
	case strings.HasPrefix(m[1], "NoSuch") || strings.HasSuffix(m[1], "NotFound"):
		return Verdict{notice.Soft404, 0, why, ""}, true
	case strings.Contains(m[1], "Denied") || strings.Contains(m[1], "Forbidden"):
		return Verdict{notice.BlockedWAF, 0, why, ""}, true
	}
	return Verdict{notice.ErrorSink, 0, why, ""}, true
}

var storeError = regexp.MustCompile(`<Error[^>]*>\s*<Code>([A-Za-z.]{3,60})</Code>`)

// holdsRows finds data: a non-empty array of objects, or a long text, anywhere near the top.
func holdsRows(v any, depth int) bool {
	if depth > 5 {
		return false
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if _, ok := e.(map[string]any); ok || holdsRows(e, depth+1) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if holdsRows(e, depth+1) {
				return true
			}
		}
	case string:
		return len(v) > 600
	}
	return false
}

// apiCode reads the usual fields in which an interface admits failure.
func apiCode(m map[string]any) (code int, failed bool) {
	for _, k := range []string{"code", "status", "errcode", "errorCode", "statusCode", "resultCode", "error_code", "ret"} {
		switch v := m[k].(type) {
		case float64:
			code = int(v)
		case string:
			n, err := strconv.Atoi(v)
			if err != nil {
				failed = failed || strings.EqualFold(v, "error") || strings.EqualFold(v, "fail") || strings.EqualFold(v, "failed")
				continue
			}
			code = n
		default:
			continue
		}
		if code >= 400 || code < 0 {
			return code, true
		}
	}
	ok, isBool := m["success"].(bool)
	if _, has := m["error"]; has && m["error"] != nil && m["error"] != false && m["error"] != "" && m["error"] != float64(0) {
		failed = true
	}
	return code, failed || isBool && !ok
}

func apiMessage(m map[string]any) string {
	for _, k := range []string{"msg", "message", "errmsg", "error", "desc", "info"} {
		if s, ok := m[k].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// judgeFile looks for the end that a whole file has.
func judgeFile(a Answer) Verdict {
	if v, ok := shortBody(a); ok {
		return v
	}
	tail := a.Body[max(0, len(a.Body)-66<<10):]
	switch {
	case bytes.HasPrefix(a.Body, []byte("%PDF")) && !bytes.Contains(tail[max(0, len(tail)-4096):], []byte("%%EOF")):
		return Verdict{notice.Truncated, 0.2, "the PDF breaks off: no end mark", ""}
	case bytes.HasPrefix(a.Body, []byte("PK\x03\x04")) && !bytes.Contains(tail, []byte("PK\x05\x06")):
		return Verdict{notice.Truncated, 0.2, "the archive breaks off: no directory", ""}
	}
	return Verdict{notice.OK, 1, "", ""}
}
