package line_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
)

// serverEnv makes the test binary a simulator in a process of its own, so that
// a benchmark's client and its server do not share a scheduler and the CPU
// time of each is known.
const serverEnv = "LINECAST_TEST_SIMULATOR"

// serveSimulator prints its address and serves until its standard input ends,
// which it does when the benchmark's process does.
func serveSimulator() {
	s, err := simulator.New(simulator.Options{Limits: simulator.Limits{Off: true}})
	if err == nil {
		err = s.Start("127.0.0.1:0")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = s.Stop(context.Background())
}

// startServer starts this binary as a simulator with one processor.
func startServer(b *testing.B) (url string, pid int) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serverEnv+"=1", "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	first, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(first), cmd.Process.Pid
}

// cpuTime is what a process has used, by /proc; 0 where there is none.
func cpuTime(pid string) time.Duration {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // 100 ticks a second
}

// benchText is a push body of a 60-byte text; i makes the recipient.
func benchText(i int) []byte {
	return fmt.Appendf(nil, `{"to":"%s","messages":[{"type":"text","text":"Hello Hanako, your 1,234 points expire on Friday. See you!!"}]}`,
		simulator.UserID(i))
}

// benchFlex is one of about 2.5 KB.
func benchFlex(i int) []byte {
	row := `{"type":"box","layout":"horizontal","contents":[{"type":"text","text":"Points for you","size":"sm","color":"#555555","flex":1},` +
		`{"type":"image","url":"https://example.com/images/offer-1234567890.png","aspectRatio":"20:13","aspectMode":"cover"}]}`
	return fmt.Appendf(nil, `{"to":"%s","messages":[{"type":"flex","altText":"An offer","contents":{"type":"bubble","body":{"type":"box","layout":"vertical","contents":[%s]}}}]}`,
		simulator.UserID(i), strings.Repeat(row+",", 9)+row)
}

// benchmarkPush runs one of the two clients with 64 requests in flight.
func benchmarkPush(b *testing.B, body func(int) []byte, push func(url string) func(body []byte, key uuid.UUID) int) {
	url, pid := startServer(b)
	bodies := make([][]byte, 1024)
	for i := range bodies {
		bodies[i] = body(i)
	}
	send := push(url)
	b.SetParallelism(32)
	server, client := cpuTime(strconv.Itoa(pid)), cpuTime("self")
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if status := send(bodies[i%len(bodies)], uuid.New()); status != http.StatusOK {
				b.Errorf("status %d", status)
				return
			}
		}
	})
	b.StopTimer()
	n := float64(b.N)
	b.ReportMetric(n/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64((cpuTime("self")-client).Microseconds())/n, "client-µs/op")
	b.ReportMetric(float64((cpuTime(strconv.Itoa(pid))-server).Microseconds())/n, "server-µs/op")
}

// clientPush is our client.
func clientPush(url string) func([]byte, uuid.UUID) int {
	c, err := line.NewClient(line.Options{APIBase: url, Token: simulator.Demo().Token})
	if err != nil {
		panic(err)
	}
	return func(body []byte, key uuid.UUID) int { return c.Push(context.Background(), body, key).Status }
}

// rawPush is the least that net/http can do: no deadlines, nothing read of the
// answer but its status.
func rawPush(url string) func([]byte, uuid.UUID) int {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}
	return func(body []byte, key uuid.UUID) int {
		req, err := http.NewRequest(http.MethodPost, url+"/v2/bot/message/push", bytes.NewReader(body))
		if err != nil {
			return 0
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+simulator.Demo().Token)
		req.Header.Set("X-Line-Retry-Key", key.String())
		resp, err := c.Do(req)
		if err != nil {
			return 0
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
}

// Our client beside a bare net/http loop, to the same server.
func BenchmarkClientPush(b *testing.B) {
	for _, body := range []struct {
		name string
		make func(int) []byte
	}{{"text", benchText}, {"flex", benchFlex}} {
		b.Run("line/"+body.name, func(b *testing.B) { benchmarkPush(b, body.make, clientPush) })
		b.Run("raw/"+body.name, func(b *testing.B) { benchmarkPush(b, body.make, rawPush) })
	}
}
