package trackertest

import (
	"fmt"
	"testing"
	"time"

	"govwatch/notice"
)

// Bench measures the writes and reads that happen for every page.
func Bench(b *testing.B, url string) {
	w := newWorld(b, url)
	n := 0
	b.Run("CommitNew", func(b *testing.B) {
		for b.Loop() {
			n++
			must(b, w.Commit(b.Context(), visit("gd-gov", n)))
		}
	})
	b.Run("CommitSame", func(b *testing.B) {
		d := w.commit(b, "mee", 1)
		for b.Loop() {
			v := again(d, notice.ChangeSame, "")
			must(b, w.Commit(b.Context(), v))
			d.Rev++
		}
	})
	b.Run("Book", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Book(b.Context(), "mee", start); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Save", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			v := visit("mee", 1000+n)
			b.StopTimer()
			must(b, w.Commit(b.Context(), v))
			b.StartTimer()
			must(b, w.Save(b.Context(), extraction(*v.Version, 1, fmt.Sprint("方案", n))))
		}
	})
	b.Run("RaiseClaimSettle", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			must(b, second(w.Raise(b.Context(), []notice.Alert{alert(n)})))
			now := start.Add(time.Duration(n)*time.Second + time.Hour)
			for _, a := range get(w.Claim(b.Context(), now, 10))(b) {
				must(b, w.Settle(b.Context(), a.ID, notice.DeliveryOutcome{State: notice.Delivered, At: now}))
			}
		}
	})
}
