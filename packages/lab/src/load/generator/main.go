// Command generator opens HTTP/1.1 connections, sends requests on each at planned times, and writes what it saw as JSON. The load
// is open: times are planned before the run and do not wait for answers. Latency counts from the planned time, so that a server
// (or this program) that falls behind shows as latency and not as fewer requests. Usage: generator PLAN.json
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	nextAddress       = "next-address"   // a browser: keeps its connection, tries the next address when one fails
	keepsAddress      = "keeps-address"  // keeps its connection, and its address until the TTL ends, even if it fails
	newConnection     = "new-connection" // opens a connection for each request, to each address in turn
	otherFiles        = 200              // open files beside connections: logs, netpoll, sockets of lookups
	bucketBase        = 1.01             // ratio of the bounds of a latency bucket: percentiles are at most 1 % too high
	bindAddressNoPort = 24               // IP_BIND_ADDRESS_NO_PORT of Linux: a source address has all its ports for each destination
)

type plan struct {
	Name            string                   // label of the result
	Addresses       []string                 // "ip:port" of the destinations; if empty, Host is resolved
	Resolver        string                   // "ip:port" of the DNS server that resolves Host
	TTLSeconds      float64                  // time for which a user keeps what was resolved
	Host            string                   // HTTP host, name of the certificate, and name to be resolved
	Port            int                      // port of the resolved addresses
	TLS             *struct{ CAFile string } // null sends plain HTTP
	Method, Path    string
	Body            string   // JSON of a POST request
	Connections     int      // simulated users, each with one connection
	RampSeconds     float64  // time in which they come, evenly spread; each sends its first request at once
	Seconds         float64  // no request is planned later than this after the start
	IntervalSeconds float64  // between two requests of a user; 0 plans the next one when the answer is there
	TimeoutSeconds  float64  // for a request from its sending, connecting included
	WaitSeconds     float64  // time for which the server is asked to hold the answer; not part of the latency
	Client          string   // one of the three kinds above
	SourceAddresses []string // local addresses, used in turn
	StartMillis     int64    // start of second 0 in Unix time, the same for all processes of a run
	Progress        bool     // a line on standard error once a second
	Output          string   // file of the result
}

// second holds what belongs to the requests that were planned within one second. Addresses have a port.
type second struct {
	Planned   int            `json:"planned"`
	Succeeded map[string]int `json:"succeeded"` // by address
	Failed    map[string]int `json:"failed"`    // by "ADDRESS REASON"; the address is empty if none was resolved
	Latency   map[int]int    `json:"latency"`   // of those that succeeded: at most 1.01^key microseconds
	Answered  int            `json:"answered"`  // 2xx answers that ended in this second, whenever they were planned
	Open      map[string]int `json:"open"`      // connections by address, at the end of the second
}

type generator struct {
	plan
	request  bytes.Buffer
	tls      *tls.Config
	resolver *net.Resolver
	isOwnNet bool // in the network of the machine itself, where only loopback is reached
	start    time.Time
	mutex    sync.Mutex     // of what is below
	reopened int            // connections that the server had closed while no request was in flight
	open     map[string]int // connections by address
	seconds  []*second
}

func main() {
	log.SetFlags(0)
	g, problems := load(append(os.Args, "")[1])
	if len(problems) > 0 {
		log.Fatal(strings.Join(problems, "\n"))
	}
	debug.SetGCPercent(200) // most memory is that of idle connections: a collection per doubling takes CPU from the server
	g.run()
	result := map[string]interface{}{"name": g.Name, "reopened": g.reopened, "seconds": g.seconds}
	if text, err := json.Marshal(result); err != nil || os.WriteFile(g.Output, text, 0o644) != nil {
		log.Fatalf("The result cannot be written to %s.", g.Output)
	}
}

// load reads and checks the plan. It returns one sentence for each problem.
func load(file string) (*generator, []string) {
	g := &generator{open: map[string]int{}, isOwnNet: true}
	text, err := os.ReadFile(file)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err == nil {
		err = decoder.Decode(&g.plan)
	}
	if err != nil {
		return nil, []string{fmt.Sprintf("%s is no plan: %v.", file, err)}
	}
	var problems []string
	want := func(is bool, format string, values ...interface{}) {
		if !is {
			problems = append(problems, file+": "+fmt.Sprintf(format, values...))
		}
	}
	var limit syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	want(g.Connections > 0 && uint64(g.Connections)+otherFiles <= limit.Max, "connections is %d; from 1 to %d are possible with the %d open files of a process.", g.Connections, int64(limit.Max)-otherFiles, limit.Max)
	want(g.Client == nextAddress || g.Client == keepsAddress || g.Client == newConnection, "client is %q; it must be %s, %s or %s.", g.Client, nextAddress, keepsAddress, newConnection)
	want(g.Seconds > 0 && g.Seconds <= 7200, "seconds is %v; it must be above 0 and at most 7200.", g.Seconds)
	want(g.RampSeconds >= 0 && g.RampSeconds <= g.Seconds, "rampSeconds is %v; it must be from 0 to seconds.", g.RampSeconds)
	want(math.Min(g.IntervalSeconds, math.Min(g.WaitSeconds, g.TTLSeconds)) >= 0, "intervalSeconds, waitSeconds and ttlSeconds must not be negative.")
	g.start = time.UnixMilli(g.StartMillis)
	want(math.Abs(time.Until(g.start).Minutes()) < 1, "startMillis is %v; it must be less than a minute from now.", g.start.UTC())
	want(g.TimeoutSeconds > 0, "timeoutSeconds is %v; it must be above 0.", g.TimeoutSeconds)
	want(g.Output != "" && (len(g.Addresses) > 0) != (g.Resolver != ""), "output, and either addresses or resolver, must be set.")
	own, _ := os.Readlink("/proc/self/ns/net")
	for _, pid := range []int{os.Getppid(), 1} { // process 1 decides; where it cannot be read, the process that started this one
		if network, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid)); err == nil {
			g.isOwnNet = own == network
		}
	}
	for _, address := range append(g.Addresses[:len(g.Addresses):len(g.Addresses)], g.Resolver) {
		if host, _, err := net.SplitHostPort(address); address != "" {
			want(err == nil && net.ParseIP(host) != nil, "%q is not an address and a port.", address)
			want(err != nil || g.mayReach(host), "%s is not loopback; in the network of the machine itself no other address is reached.", address)
		}
	}
	for _, address := range g.SourceAddresses {
		want(net.ParseIP(address) != nil, "%q in sourceAddresses is not an address.", address)
	}
	if g.TLS != nil {
		authorities := x509.NewCertPool()
		text, err := os.ReadFile(g.TLS.CAFile)
		want(err == nil && authorities.AppendCertsFromPEM(text), "%q in tls.caFile holds no certificate.", g.TLS.CAFile)
		// The curve is set, because newer versions of Go try larger keys first, which costs CPU and memory.
		g.tls = &tls.Config{RootCAs: authorities, ServerName: g.Host, CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}}
	}
	g.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, g.Resolver)
	}}
	request, err := http.NewRequest(g.Method, "http://"+g.Host+g.Path, strings.NewReader(g.Body))
	want(err == nil, "method, host and path make no request: %v.", err)
	if err == nil {
		request.Header.Set("Content-Type", "application/json")
		request.Close = g.Client == newConnection
		_ = request.Write(&g.request)
	}
	return g, problems
}

func (g *generator) mayReach(ip string) bool { return !g.isOwnNet || net.ParseIP(ip).IsLoopback() }

func (g *generator) run() {
	ended := make(chan bool, g.Connections)
	for number := 0; number < g.Connections; number++ {
		go func(u *user) { u.run(); ended <- true }(&user{generator: g, Addresses: g.Addresses, number: number, turn: number})
	}
	for running, number := g.Connections, 0; running > 0; {
		select {
		case <-ended:
			running--
		case <-time.After(time.Until(g.at(float64(number + 1)))):
			g.mutex.Lock()
			s := g.second(number)
			for address, open := range g.open {
				s.Open[address] = open
			}
			if number++; g.Progress {
				fmt.Fprintf(os.Stderr, "%d s: connections %v, answers %d, failed %v\n", number, s.Open, s.Answered, s.Failed)
			}
			g.mutex.Unlock()
		}
	}
}

// second returns the record of a second after the start. The mutex is held.
func (g *generator) second(number int) *second {
	for len(g.seconds) <= number {
		empty := func() map[string]int { return map[string]int{} }
		g.seconds = append(g.seconds, &second{Succeeded: empty(), Failed: empty(), Latency: map[int]int{}, Open: empty()})
	}
	return g.seconds[number]
}

func span(number float64) time.Duration          { return time.Duration(number * float64(time.Second)) }
func (g *generator) at(number float64) time.Time { return g.start.Add(span(number)) }

func (g *generator) record(planned time.Time, address, reason string) {
	now := time.Now()
	latency := float64(now.Sub(planned).Microseconds()) - g.WaitSeconds*1e6
	g.mutex.Lock()
	defer g.mutex.Unlock()
	s := g.second(int(planned.Sub(g.start).Seconds()))
	s.Planned++
	if reason != "" {
		s.Failed[address+" "+reason]++
		return
	}
	s.Succeeded[address]++
	s.Latency[int(math.Ceil(math.Log(math.Max(1, latency))/math.Log(bucketBase)))]++
	g.second(int(now.Sub(g.start).Seconds())).Answered++
}

// user is a client with one connection at a time.
type user struct {
	*generator
	Addresses  []string // the planned ones, or what was resolved
	number     int
	turn       int       // index of the address that is used, modulo their number
	keptUntil  time.Time // end of the TTL of what was resolved
	address    string    // that of the connection, or of the last try
	connection net.Conn  // nil without one
	reader     *bufio.Reader
	openedAt   time.Time
}

func (u *user) run() {
	share := float64(u.number) / float64(u.Connections)
	end := u.at(u.Seconds)
	for planned := u.at(share * u.RampSeconds); planned.Before(end); {
		u.restUntil(planned)
		reason := u.send(planned)
		if u.IntervalSeconds > 0 {
			// Requests are spread over the interval also while users still come.
			phase := math.Mod(float64(u.number)*math.Phi, 1) * u.IntervalSeconds
			turns := math.Floor((planned.Sub(u.start).Seconds()-phase)/u.IntervalSeconds+1e-6) + 1
			planned = u.at(phase + turns*u.IntervalSeconds)
		} else if planned = time.Now(); reason != "" {
			planned = planned.Add(time.Second) // a server that refuses is not flooded
		}
	}
	u.restUntil(end)
	u.close()
}

// restUntil waits without a request in flight. A connection that the server closes meanwhile is opened again.
func (u *user) restUntil(moment time.Time) {
	for u.connection != nil {
		_ = u.connection.SetReadDeadline(moment)
		_, err := u.reader.Peek(1)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		u.close()
		u.mutex.Lock()
		u.reopened++
		u.mutex.Unlock()
		time.Sleep(time.Until(u.openedAt.Add(time.Second))) // at most one a second, if the server closes each at once
		if time.Now().Before(moment) {
			_ = u.connect(moment) // without success, the next request tries again
		}
	}
	time.Sleep(time.Until(moment))
}

// send sends one request and waits for its answer. It returns the reason of a failure.
func (u *user) send(planned time.Time) (reason string) {
	longest := span(u.TimeoutSeconds + u.WaitSeconds)
	deadline := time.Now().Add(longest)
	if last := u.at(u.Seconds).Add(longest); deadline.After(last) {
		deadline = last // the run ends in time, even if requests are late
	}
	isKept := false
	if u.connection == nil {
		reason = u.connect(deadline)
	}
	if u.connection != nil {
		reason, isKept = u.exchange(deadline)
	}
	u.record(planned, u.address, reason)
	if !isKept {
		u.close()
		if u.Client == newConnection || u.Client == nextAddress && reason != "" {
			u.turn++
		}
	}
	return reason
}

// exchange sends one request on the connection. It returns the reason of a failure, and whether the connection can be used again.
func (u *user) exchange(deadline time.Time) (reason string, isKept bool) {
	_ = u.connection.SetDeadline(deadline)
	_, _ = u.connection.Write(u.request.Bytes()) // if this fails, reading the answer fails, too
	response, err := http.ReadResponse(u.reader, nil)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
	}
	if err != nil {
		return reasonOf(err), false
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		reason = fmt.Sprintf("status %d", response.StatusCode)
	}
	return reason, !response.Close && u.Client != newConnection
}

// connect opens a connection. A browser tries all addresses, each for its share of the time left, as the dialers of Go do.
func (u *user) connect(deadline time.Time) (reason string) {
	if err := u.resolve(deadline); err != nil {
		return "DNS: " + reasonOf(err)
	}
	tries := 1
	if u.Client == nextAddress {
		tries = len(u.Addresses)
	}
	for ; tries > 0; tries-- {
		u.address = u.Addresses[u.turn%len(u.Addresses)]
		u.openedAt = time.Now()
		if reason = u.dial(u.openedAt.Add(time.Until(deadline) / time.Duration(tries))); reason == "" {
			u.reader = bufio.NewReaderSize(u.connection, 512)
			u.mutex.Lock()
			defer u.mutex.Unlock()
			u.open[u.address]++
			return ""
		} else if tries > 1 {
			u.turn++
		}
	}
	return reason
}

// resolve asks the DNS server for the user's addresses, unless they are planned or the TTL of the last answer is not over.
func (u *user) resolve(deadline time.Time) error {
	if u.Resolver == "" || time.Now().Before(u.keptUntil) {
		return nil
	}
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	found, err := u.resolver.LookupIP(ctx, "ip4", u.Host+".")
	if err != nil {
		return err
	}
	var addresses []string
	for _, ip := range found {
		if !u.mayReach(ip.String()) {
			return fmt.Errorf("%v is not loopback", ip)
		}
		addresses = append(addresses, fmt.Sprintf("%v:%d", ip, u.Port))
	}
	sort.Strings(addresses)
	u.Addresses, u.keptUntil = addresses, time.Now().Add(span(u.TTLSeconds))
	return nil
}

func (u *user) dial(deadline time.Time) (reason string) {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	dialer := net.Dialer{KeepAlive: -1} // probes of 105,000 idle connections would be load of their own
	if count := len(u.SourceAddresses); count > 0 {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(u.SourceAddresses[u.number%count])}
		dialer.Control = func(_, _ string, raw syscall.RawConn) error {
			return raw.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, bindAddressNoPort, 1) })
		}
	}
	dial := dialer.DialContext
	if u.tls != nil {
		dial = (&tls.Dialer{NetDialer: &dialer, Config: u.tls}).DialContext
	}
	var err error
	if u.connection, err = dial(ctx, "tcp", u.address); err != nil {
		return "connect: " + reasonOf(err)
	}
	return ""
}

func (u *user) close() {
	if u.connection != nil {
		_ = u.connection.Close()
		u.connection, u.reader = nil, nil
		u.mutex.Lock()
		defer u.mutex.Unlock()
		u.open[u.address]--
	}
}

// reasonOf names an error by its cause, without addresses and ports, so that equal reasons can be counted.
func reasonOf(err error) string {
	var system syscall.Errno
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	case errors.As(err, &system):
		return system.Error() // such as "connection refused", "connection reset by peer", "too many open files"
	}
	return err.Error()
}
