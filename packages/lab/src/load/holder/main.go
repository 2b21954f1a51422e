// Command holder is a program behind nginx that holds requests: GET /events?wait=SECONDS. It answers everything else at once.
// Usage: holder SOCKET
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

const answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"

func main() {
	log.SetFlags(0)
	socket := append(os.Args, "")[1]
	_ = os.Remove(socket) // of a program that was ended
	listener, err := net.Listen("unix", socket)
	if err == nil {
		err = os.Chmod(socket, 0o666) // nginx runs as another user
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}

// serve answers the requests of one connection of nginx, one after the other and without a body.
func serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 1024)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		seconds, _ := strconv.Atoi(request.URL.Query().Get("wait"))
		time.Sleep(time.Duration(seconds) * time.Second)
		if _, err := connection.Write([]byte(answer)); err != nil {
			return
		}
	}
}
