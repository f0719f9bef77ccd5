using ECommerce.Channels.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(KafkaBroker))]
[assembly: AssemblyFixture(typeof(Toxiproxy))]
