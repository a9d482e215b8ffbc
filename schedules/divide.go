package schedules

import (
	"maps"
	"math"
	"slices"
	"time"
)

// division is a budget of requests a day and the sources among which it is divided.
type division struct {
	now            time.Time
	total, perHost float64
	all            []*course
	hosts          map[string][]*course
}

// noWorse is the part of the delay at even pauses that no source's may exceed,
// however little it publishes, as long as its host is not crowded.
const noWorse = 1.0

// divide finds one price for all, and a higher one for the sources of a host
// that would get too many requests: what they leave goes to the others.
func (d *division) divide() {
	if len(d.all) == 0 {
		return
	}
	share := d.share()
	for _, c := range d.all {
		c.curve = makeCurve(c.habit, d.now, c.bounds)
		c.most = c.curve.within(noWorse * 24 / share / 2)
	}
	price := d.settle(d.all, d.total, solve(d.total, func(x float64) float64 { return cost(d.all, x) }))
	for range d.hosts {
		crowded := d.crowded()
		if crowded == nil {
			return
		}
		for _, c := range crowded { // the limit of a host counts for more than even pauses
			c.most = math.Inf(1)
		}
		high := d.settle(crowded, d.perHost, price)
		for _, c := range crowded {
			c.least = c.price(high)
		}
		price = d.settle(d.all, d.total, price)
	}
}

// crowded are the sources of a host that gets too many requests, nil when none does.
func (d *division) crowded() []*course {
	for _, host := range slices.Sorted(maps.Keys(d.hosts)) {
		if on := d.hosts[host]; d.made(on) > d.perHost {
			return on
		}
	}
	return nil
}

// narrowings of a price by half of its logarithm.
const narrowings = 7

// settle sets the visits of sources at the lowest price at which they stay
// within a limit, and returns it. The guess comes from curves, which are coarser
// than the visits.
func (d *division) settle(of []*course, limit, guess float64) float64 {
	within := func(price float64) bool {
		for _, c := range of {
			c.settle(price, d.now)
		}
		return d.made(of) <= limit
	}
	low, high := guess/1.3, guess*1.3
	for !within(high) && high < 1e6 {
		low, high = high, high*3
	}
	for low > 1e-9 && within(low) {
		low, high = low/3, low
	}
	for range narrowings {
		if middle := math.Sqrt(low * high); within(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	within(high)
	return high
}

// made is the requests a day of the visits that are set.
func (d *division) made(of []*course) (sum float64) {
	for _, c := range of {
		sum += c.cost * c.perDay(d.now)
	}
	return sum
}

// share is the visits a day that each source would get at even pauses.
func (d *division) share() float64 {
	sum := 0.0
	for _, c := range d.all {
		sum += c.cost
	}
	return max(d.total/sum, 0.1)
}

// cost is the requests a day of sources at a price.
func cost(of []*course, price float64) (sum float64) {
	for _, c := range of {
		visits, _ := c.curve.at(c.price(price))
		sum += c.cost * visits
	}
	return sum
}

// within is the highest worth at which entries wait no longer than some hours.
func (c curve) within(hours float64) float64 {
	x := math.Log(hours)
	for i := len(c.delay) - 1; i > 0; i-- {
		if c.delay[i-1] > x {
			continue
		}
		if c.delay[i] <= x {
			return math.Exp(c.worth[i])
		}
		part := (x - c.delay[i-1]) / (c.delay[i] - c.delay[i-1])
		return math.Exp(c.worth[i-1] + part*(c.worth[i]-c.worth[i-1]))
	}
	return math.Exp(c.worth[0])
}
