using ECommerce.Channels.Console.Tests.Harness;
using ECommerce.Channels.Testing;
using Xunit;
using Xunit.v3;

// One suite and one browser for all; two pages at a time, because there are two cores.
[assembly: AssemblyFixture(typeof(Consoles))]
[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: Parallelization(MaxThreads = 2)]
