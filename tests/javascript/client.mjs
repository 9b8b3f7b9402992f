// Asks an endpoint in the ways of sparql-http-client; prints what it found as JSON.
import ParsingClient from 'sparql-http-client/ParsingClient.js'
import SimpleClient from 'sparql-http-client/SimpleClient.js'

const endpointUrl = process.argv[2]
const client = new ParsingClient({ endpointUrl })
const found = {}
const select = 'SELECT ?o { <http://x.example/s> <http://x.example/p> ?o } ORDER BY ?o'
for (const operation of ['get', 'postUrlencoded', 'postDirect']) {
  const rows = await client.query.select(select, { operation })
  const triples = await client.query.construct('CONSTRUCT WHERE { <http://x.example/s> ?p ?o }', { operation })
  found[operation] = {
    select: rows.map((row) => row.o.value),
    ask: await client.query.ask('ASK { ?s <http://x.example/p> ?o }', { operation }),
    construct: triples.size ?? triples.length
  }
}
const simple = new SimpleClient({ endpointUrl })
const response = await simple.query.select('SELECT * { ?s', { operation: 'get' })
found.error = { status: response.status, text: await response.text() }
process.stdout.write(JSON.stringify(found))
