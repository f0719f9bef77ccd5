using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Experiments;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Offload;

/// <summary>The deciding service: one registration for its own process and for the suite in one process.</summary>
public static class OffloadService
{
    public static readonly ServiceSchema Schema = ServiceSchema.Of(
        "offload", typeof(OffloadService).Assembly, "Preferences", "Customers", "Health", "Rules", "Contacts", "Decisions", "Experiments").With(CatalogueService.Set);

    public static WebApplicationBuilder AddOffload(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema).AddCallerTokens(Schema.Schema);
        builder.Services.AddEventLog();
        builder.Services.AddOutbox();
        builder.Services.AddDeadLetters();
        builder.AddStateStore();
        builder.Services.AddOperatorZone();
        builder.Services.AddCatalogueCopy(Schema.Schema);
        builder.Services.AddProfiles();
        builder.Services.AddRules();
        builder.Services.AddDecisions();
        return builder;
    }

    public static WebApplication MapOffload(this WebApplication app)
    {
        app.UsePlatform();
        var api = app.MapGroup("/api/v1/offload");
        api.MapDecisions();
        api.MapContacts();
        api.MapRules();
        api.MapTrials();
        api.MapPreferences();
        api.MapEffect();
        app.MapDeadLetters("/api/v1/offload/dead-letters");
        app.MapAudit(Schema.Schema);
        return app;
    }

    private static void AddProfiles(this IServiceCollection services)
    {
        services.AddSingleton<ProfileCodes>();
        for (var member = 0; member < ProfileConsumer.Members; member++) services.AddTransactionalConsumer<ProfileConsumer>(ProfileConsumer.Reading);
        services.AddTransactionalConsumer<CustomerConsumer>(new ConsumerOptions(Topics.Customers.Name, CustomerConsumer.Group) { KeepSequences = false });
        services.AddTransactionalConsumer<ComplaintConsumer>(new ConsumerOptions(Topics.Tickets.Name, ComplaintConsumer.Group));
        services.AddTransactionalConsumer<HealthConsumer>(new ConsumerOptions(Topics.Health.Name, HealthConsumer.Group));
        services.AddSingleton<CustomerWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<CustomerWatch>());
        services.AddSingleton<CustomerAccess>();
        services.AddSingleton<ProfileReader>();
        services.AddSingleton<PreferenceTables>();
        services.AddHostedService<ProfileWriter>();
    }

    private static void AddRules(this IServiceCollection services)
    {
        services.AddSingleton<RuleSetStore>();
        services.AddSingleton<StopStore>();
    }

    private static void AddDecisions(this IServiceCollection services)
    {
        services.AddValidatedOptions<DecisionOptions>(DecisionOptions.Section);
        services.AddSingleton(provider => DecisionOptions.Open(provider.GetRequiredService<IOptions<DecisionOptions>>().Value));
        services.AddAtStart<DecisionIds>();
        services.AddSingleton<Worlds>();
        services.AddHostedService(provider => provider.GetRequiredService<Worlds>());
        services.AddSingleton<ContactLedger>();
        services.AddSingleton<DecisionStore>();
        services.AddSingleton<DecisionLog>();
        services.AddHostedService(provider => provider.GetRequiredService<DecisionLog>());
        services.AddSingleton<Outcomes>();
        services.AddSingleton<EffectStore>();
        services.AddHostedService<EffectJudge>();
        services.AddSingleton<DecisionMaker>();
    }
}
