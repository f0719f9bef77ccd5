using System.Xml.Linq;
using NetArchTest.Rules;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

/// <summary>Who may depend on whom, read from the projects themselves.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Foundation = ["Contracts", "Imports", "Platform", "Statistics"];
    private static readonly Dictionary<string, Project> Projects = Load();

    private static IEnumerable<Project> Services => Projects.Values.Where(project => project.Name != "Suite" && !Foundation.Contains(project.Name));

    [Fact]
    public void Contracts_Assembly_DependsOnTheFrameworkAlone()
    {
        var assembly = typeof(Topics).Assembly;
        Assert.All(assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
        Assert.True(Types.InAssembly(assembly).ShouldNot().HaveDependencyOnAny("Microsoft", "Npgsql", "Confluent", "Dapr").GetResult().IsSuccessful);
        Assert.Equal(new Project("Contracts", [], [], []), Projects["Contracts"], Project.Same);
    }

    [Fact]
    public void Statistics_Project_DependsOnMathNetAlone() =>
        Assert.Equal(new Project("Statistics", [], ["MathNet.Numerics"], []), Projects["Statistics"], Project.Same);

    [Fact]
    public void Platform_Project_KnowsNoService() => Assert.Equal(["Contracts"], Projects["Platform"].References);

    [Fact]
    public void Services_All_StandOnTheFoundationAndNotOnEachOther()
    {
        Assert.Contains("Kpi", Services.Select(service => service.Name));
        Assert.Contains("Care", Services.Select(service => service.Name));
        Assert.Contains("Gateway", Services.Select(service => service.Name));
        Assert.All(Services, service => Assert.Subset(Foundation.ToHashSet(), service.References.ToHashSet()));
    }

    [Fact]
    public void Suite_Project_IsTheOnlyOneThatReferencesTheServicesAndReferencesAll() =>
        Assert.Subset(Projects["Suite"].References.ToHashSet(), Services.Select(service => service.Name).ToHashSet());

    private static Dictionary<string, Project> Load()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "ECommerce.Channels.sln")))
            root = root.Parent ?? throw new InvalidOperationException("The solution is not above " + AppContext.BaseDirectory);
        return new[] { "services", "gateway" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root.FullName, folder), "*.csproj", SearchOption.AllDirectories))
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
            .Select(Project.Read)
            .ToDictionary(project => project.Name);
    }

    /// <summary>A project with what it references, each list sorted.</summary>
    private sealed record Project(string Name, IReadOnlyList<string> References, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
    {
        public static bool Same(Project one, Project other) =>
            one.Name == other.Name && one.References.SequenceEqual(other.References)
            && one.Packages.SequenceEqual(other.Packages) && one.Frameworks.SequenceEqual(other.Frameworks);

        public static Project Read(string path)
        {
            var items = XDocument.Load(path).Descendants("ItemGroup").Elements().ToList();
            return new Project(
                Path.GetFileNameWithoutExtension(path),
                Includes("ProjectReference", reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))),
                Includes("PackageReference", name => name),
                Includes("FrameworkReference", name => name));

            IReadOnlyList<string> Includes(string kind, Func<string, string> name) =>
                [.. items.Where(item => item.Name == kind).Select(item => name(item.Attribute("Include")!.Value)).Order(StringComparer.Ordinal)];
        }
    }
}
