import socket
import json

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.connect(('localhost', 8766))

while True:
    # Read length prefix
    length_line = sock.recv(1024).decode().split('\n')[0]
    length = int(length_line)
    
    # Read data
    data = sock.recv(length).decode()
    parsed_data = json.loads(data)
    print('Received:', parsed_data)
