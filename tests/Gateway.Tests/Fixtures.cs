using ECommerce.Channels.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]
