"""The stream client: one WebSocket, what it pushes, and calls over it.

calls      a REST request as a frame         replies   an answer as a REST reply
frames     what a received frame is          receiver  what each one does
order      numbers of frames: gaps, repeats  inbox     what waits for the one consumer
wanted     subscriptions, within the limit   ends      why it ended, and how long to wait
line       one connection; knows websockets  rpc       RpcChannel: calls over the stream
live       Stream: connect, serve, wait, again
"""
