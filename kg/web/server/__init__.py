"""The server: a front that holds no store, and worker processes that can be killed.

```
client -- HTTP --> front (asyncio and llhttp, one process)
                     | pool: who may run what, and when
                     | one socket pair a worker, frames
                   nursery (loads the graph once, forks) --> workers, one request at a time each
```
"""
