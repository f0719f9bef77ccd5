using ECommerce.Channels.Console.Tests.Harness;
using Xunit;
using Xunit.v3;

// One suite and one browser for all; two pages at a time, because there are two cores.
[assembly: AssemblyFixture(typeof(Consoles))]
[assembly: Parallelization(MaxThreads = 2)]

// By hand until the whole walk passes reliably on two busy cores: a test that is red by chance would hide those that are red for a reason.
[assembly: Trait("Size", "long")]
