using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator;

/// <summary>Settings of the simulator: section <c>Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>Start the demo operator where the suite holds no data of its own. Default off: a demo never comes by accident.</summary>
    public bool Demo { get; init; }

    /// <summary>The gateway: the demo comes in by the door that everybody uses.</summary>
    [Required]
    public Uri Gateway { get; init; } = new("http://gateway:8080");

    /// <summary>File that holds the API key of the demo's feed: role manager, source <c>demo</c>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Where there is a demo: its customers are in the directory, chat and complain, and its agents answer. Default on.</summary>
    public bool Serving { get; init; } = true;

    /// <summary>
    /// Folder with one file <c>NAME.key</c> for each who does that: demo-portal (role portal), chen.jing (supervisor), li.na, wang.wei and
    /// zhang.min (agent). Not set: nobody does.
    /// </summary>
    public string? ServingKeys { get; init; }

    /// <summary>Another seed, another operator. Counts at the first start only.</summary>
    public long Seed { get; init; } = (long)DemoOperator.DefaultSeed;

    /// <summary>Customers of the operator; 2,000,000 transactions in 13 months come of the default 44,000. Counts at the first start only.</summary>
    [Range(100, 1_000_000)]
    public int Customers { get; init; } = DemoOperator.DefaultPopulation;

    /// <summary>How often the live stream sends what has happened, in milliseconds. Default 500.</summary>
    [Range(50, 60_000)]
    public int TickMs { get; init; } = 500;
}
