"""A config file to begin with: every key of it works, and the lines that need a person's own words are comments."""

EXAMPLE = """\
# jobdash config. `jobdash config path` says where it belongs, `jobdash config check` whether it is right.
theme = "night"

[[servers]]
name = "docs"                        # how you call it on the screen and on the command line
url = "http://localhost:8000"
dialect = "compileo"                 # its kind, see `jobdash dialects`; without it jobdash finds out
# jobs = ["123e4567-e89b-12d3-a456-426614174000"]    # for servers that cannot list their jobs
# poll = "5s"                        # ask more or less often than its makers recommend
# deadline = "15m"                   # a job that takes longer is marked overdue
# rate = 10                          # at most so many requests a second
# read_only = true                   # refuse everything that would change this server
# env = "prod"                       # or "staging", "dev"; on prod a change asks for more than a yes

[[servers]]
name = "media"
url = "http://localhost:8001"
dialect = "mend"
auth = { header = "X-API-Key", env = "MEND_KEY" }    # or bearer = true, or basic = "user"; env, file or command
paths = { stream = "/{id}/events" }
# ca = "ca.pem"                      # trust this authority, too; insecure = true trusts anybody

[[views]]                            # key 1 on the screen; the second one is key 2, and so on
name = "wrong since an hour"
query = "state:failed,stuck age<1h"
sort = "-since"
columns = ["state", "job:20", "type", "error", "age"]

[[alerts]]                           # a rule of this name holds anyway; this changes its threshold
name = "depth"
threshold = 100
clear = 80

[watch]
rest_after = "15m"                   # without focus for so long, nothing is polled but for alerts; 0 for never

[notify]                             # how alerts get through to who does not look
bell = true
# desktop = "osc9"                   # or osc777, osc99: what your terminal understands
# command = ["/usr/local/bin/page-me"]    # gets JSON on its standard input
# quiet = "22:00-07:00"              # only what is critical gets through
"""
