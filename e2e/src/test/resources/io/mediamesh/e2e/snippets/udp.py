import socket
import json

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(('localhost', 9000))

while True:
    data, addr = sock.recvfrom(65536)
    parsed_data = json.loads(data.decode())
    print('Received:', parsed_data)
